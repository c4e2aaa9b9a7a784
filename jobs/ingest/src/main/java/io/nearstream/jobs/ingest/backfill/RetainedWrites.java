package io.nearstream.jobs.ingest.backfill;

import java.util.OptionalLong;

/** What retention has left of the writes in Kafka. */
@FunctionalInterface
public interface RetainedWrites {
    /**
     * The time before which writes may be gone: the append time of the first record of a partition
     * that does not begin with its first write any more, the latest of all partitions.
     *
     * @return milliseconds since 1970, {@link Long#MAX_VALUE} where a partition has lost all it
     *     had; empty where every partition begins with its first write
     */
    OptionalLong goneBefore();
}
