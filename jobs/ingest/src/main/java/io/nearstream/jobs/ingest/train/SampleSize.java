package io.nearstream.jobs.ingest.train;

/**
 * How far the sample of a collection has come; keyed state of {@link LearnOperator}.
 *
 * @param seen vectors that came, at least {@code kept}
 * @param kept vectors that lie in the sample
 */
record SampleSize(int seen, int kept) {
    static final SampleSize NONE = new SampleSize(0, 0);

    SampleSize {
        if (kept < 0 || kept > seen) {
            throw new IllegalArgumentException(
                    "kept must be between 0 and seen = %d, but was %d.".formatted(seen, kept));
        }
    }

    SampleSize next(boolean keep) {
        return new SampleSize(seen + 1, keep ? kept + 1 : kept);
    }
}
