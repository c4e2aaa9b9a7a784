package io.nearstream.jobs.ingest.write;

/**
 * How far time had come in a partition; operator state of {@link DecodeFunction}.
 *
 * @param partition 0 or above
 * @param appendTime the largest append time seen, milliseconds since 1970
 */
record PartitionTime(int partition, long appendTime) {
    PartitionTime {
        if (partition < 0) {
            throw new IllegalArgumentException(
                    "partition must be at least 0, but was %d.".formatted(partition));
        }
    }
}
