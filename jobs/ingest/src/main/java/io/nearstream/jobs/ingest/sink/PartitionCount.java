package io.nearstream.jobs.ingest.sink;

import java.io.Serializable;

/** How many partitions a topic has, asked when a task starts. */
@FunctionalInterface
public interface PartitionCount extends Serializable {
    /** At least 1. */
    int get() throws InterruptedException;
}
