package io.nearstream.jobs.ingest.tick;

import java.io.Serializable;

/** Asks for the ends of a topic's partitions. One task uses it. */
public interface LogEnds extends AutoCloseable {
    /** The offset after the last record, by partition; empty where the broker does not answer. */
    long[] get();

    @Override
    void close();

    /** Opens it inside a task. */
    @FunctionalInterface
    interface Provider extends Serializable {
        LogEnds open();
    }
}
