package io.nearstream.spark;

/**
 * A setting of the bucketed random projections.
 *
 * @param tables each of one projection, 1 or more
 * @param bucketLength of a bucket on a projection, above 0, in the unit of the vectors
 */
record Setting(int tables, double bucketLength) {
    Setting {
        if (tables < 1 || !(bucketLength > 0)) {
            throw new IllegalArgumentException(
                    "--tables must be at least 1 and --bucket-lengths above 0, but were %d and %s."
                            .formatted(tables, bucketLength));
        }
    }
}
