package io.nearstream.jobs.batch.join;

import io.nearstream.jobs.batch.BatchFailure;
import io.nearstream.operators.JoinRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Ends the run when it is given a record. A batch join checks rows before it joins them and reads
 * them in the order of their times, so it leaves none out; should it, its output would lack pairs.
 */
public final class UnexpectedSink implements Sink<JoinRecord> {
    private static final long serialVersionUID = 1L;

    private final String what;

    /**
     * @param what became of such records
     */
    public UnexpectedSink(String what) {
        this.what = what;
    }

    @Override
    public SinkWriter<JoinRecord> createWriter(WriterInitContext context) {
        return new SinkWriter<>() {
            @Override
            public void write(JoinRecord record, Context unused) {
                throw new BatchFailure(
                        "Row %s was left out as %s: the output would lack its pairs. This is a defect; please report it."
                                .formatted(record.id(), what));
            }

            @Override
            public void flush(boolean endOfInput) {
                // Nothing waits here.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
