package io.nearstream.jobs.ingest.train;

import io.nearstream.core.model.CollectionSettings;

/**
 * How far the sample of a collection has come; keyed state of {@link LearnOperator}.
 *
 * @param seen vectors that came, at least {@code kept}
 * @param kept vectors that lie in the sample
 */
record SampleSize(int seen, int kept) {
    static final SampleSize NONE = new SampleSize(0, 0);

    /** A larger sample is thinned: of so many vectors each, one is kept. */
    static final long BYTES_MAX = 128L << 20;

    SampleSize {
        if (kept < 0 || kept > seen) {
            throw new IllegalArgumentException(
                    "kept must be between 0 and seen = %d, but was %d.".formatted(seen, kept));
        }
    }

    SampleSize next(boolean keep) {
        return new SampleSize(seen + 1, keep ? kept + 1 : kept);
    }

    /** Of so many vectors one is kept, so that the sample stays within its limit. */
    static int stride(CollectionSettings settings) {
        long all = (long) settings.trainAfter() * settings.vectorBytes();
        return (int) Math.max(1, (all + BYTES_MAX - 1) / BYTES_MAX);
    }
}
