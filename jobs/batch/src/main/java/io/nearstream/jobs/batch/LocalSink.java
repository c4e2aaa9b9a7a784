package io.nearstream.jobs.batch;

import java.io.IOException;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Hands results to the run that asked for them, in this JVM; of one subtask.
 *
 * @param <T> the result
 */
final class LocalSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    private final long run;

    LocalSink(long run) {
        this.run = run;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        BatchCounters counters = BatchCounters.of(run);
        return new SinkWriter<>() {
            @Override
            public void write(T result, Context unused) throws IOException {
                counters.receive(result);
            }

            @Override
            public void flush(boolean endOfInput) {
                // Nothing waits here: what was received is the receiver's.
            }

            @Override
            public void close() {
                // The receiver belongs to who asked.
            }
        };
    }
}
