package io.nearstream.jobs.ingest.tick;

import java.io.Serializable;
import java.util.Map;

/** Asks for the ends of topics' partitions, of all at once. One task uses it. */
public interface LogEnds extends AutoCloseable {
    /**
     * The offset after the last record, by partition, of every topic; empty where the broker does
     * not answer.
     */
    Map<String, long[]> get();

    @Override
    void close();

    /** Opens it inside a task. */
    @FunctionalInterface
    interface Provider extends Serializable {
        LogEnds open();
    }
}
