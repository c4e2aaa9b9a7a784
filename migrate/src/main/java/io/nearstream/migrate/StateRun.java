package io.nearstream.migrate;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;

/**
 * A bounded job under way whose results come to this thread, then its counters. The job waits while
 * nobody takes its results. Its cluster ends with it, which Flink warns of: the last results then
 * come with the counters. Whether all came is for the caller to count. Not thread-safe.
 */
final class StateRun implements Iterator<byte[]>, AutoCloseable {
    private final JobClient job;
    private final CloseableIterator<byte[]> results;

    private StateRun(JobClient job, CloseableIterator<byte[]> results) {
        this.job = job;
        this.results = results;
    }

    static StateRun start(StreamExecutionEnvironment env, DataStream<byte[]> results, String name)
            throws Exception {
        CloseableIterator<byte[]> iterator = results.collectAsync();
        return new StateRun(env.executeAsync(name), iterator);
    }

    /** Runs a job for its counters alone: how much each counted. */
    static Map<String, Long> count(
            StreamExecutionEnvironment env, DataStream<?> counted, String name) throws Exception {
        counted.sinkTo(new DiscardingSink<>());
        Map<String, Long> counts = new HashMap<>();
        env.execute(name)
                .getAllAccumulatorResults()
                .forEach((counter, value) -> counts.put(counter, (Long) value));
        return counts;
    }

    @Override
    public boolean hasNext() {
        return results.hasNext();
    }

    @Override
    public byte[] next() {
        return results.next();
    }

    /** The counters of the job, after its last result. */
    Counters counters() throws Exception {
        JobExecutionResult result = job.getJobExecutionResult().get();
        return new Counters(
                count(result, PartJoin.EXPIRED),
                count(result, PartJoin.WITHOUT_ROW),
                count(result, PartJoin.WITHOUT_PAYLOAD),
                result.getAllAccumulatorResults().get(PartJoin.FIRST) instanceof String text
                        ? text
                        : "");
    }

    private static long count(JobExecutionResult result, String name) {
        return result.getAllAccumulatorResults().get(name) instanceof Long value ? value : 0;
    }

    /**
     * What was not handed over.
     *
     * @param expired had expired
     * @param withoutRow lived, but had no row
     * @param withoutPayload lacked the payload that they are said to have
     * @param first what is wrong with one of the last two; empty if there are none
     */
    record Counters(long expired, long withoutRow, long withoutPayload, String first) {}

    /** Ends the job, if it has not ended. */
    @Override
    public void close() throws Exception {
        results.close();
    }
}
