package io.nearstream.jobs.query.message;

import io.nearstream.core.partition.Generation;

/**
 * How many buckets a probe visits.
 *
 * @param targetRecall by calibration: the recall to aim at
 * @param probes by hand: so many buckets; 0 where the target decides
 * @param exhaustive every bucket
 */
public record Effort(double targetRecall, int probes, boolean exhaustive) {
    /** Whether the number of buckets follows from the target recall. */
    public boolean byTarget() {
        return !exhaustive && probes == 0;
    }

    /** The same, visiting every bucket. */
    public Effort whole() {
        return new Effort(targetRecall, probes, true);
    }

    /** Buckets to visit under a generation. */
    public int buckets(Generation generation, int k) {
        return buckets(generation, k, 1);
    }

    /**
     * Buckets to visit under a generation.
     *
     * @param correction factor on the number that calibration gives
     */
    public int buckets(Generation generation, int k, double correction) {
        if (exhaustive) {
            return generation.bucketCount();
        }
        int wanted =
                probes > 0
                        ? probes
                        : (int) Math.ceil(correction * generation.probes(targetRecall, k));
        return Math.min(wanted, generation.bucketCount());
    }
}
