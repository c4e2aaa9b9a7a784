package io.nearstream.jobs.ingest.sink;

import java.io.Serializable;

/** How many partitions the index changes have, asked when a task starts. */
@FunctionalInterface
public interface PartitionCount extends Serializable {
    /** At least 1. */
    int get() throws InterruptedException;
}
