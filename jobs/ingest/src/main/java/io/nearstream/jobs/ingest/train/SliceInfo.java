package io.nearstream.jobs.ingest.train;

/**
 * How far the slice of a collection has come; keyed state of {@link LearnOperator}.
 *
 * @param shift it holds one of 2^shift live records
 * @param records in it
 * @param writes to the collection, deletes too, about, since a generation was last taken up or
 *     tried
 * @param generation that was last taken up: its split cells hold no record of the slice
 */
record SliceInfo(int shift, int records, long writes, int generation) {
    static final SliceInfo NONE = new SliceInfo(0, 0, 0, 0);

    SliceInfo {
        if (shift < 0 || records < 0 || writes < 0 || generation < 0) {
            throw new IllegalArgumentException(
                    "shift, records, writes and generation must be at least 0, but were %d, %d, %d, %d."
                            .formatted(shift, records, writes, generation));
        }
    }

    /** Live records of the collection, about. */
    long live() {
        return (long) records << shift;
    }

    SliceInfo withRecords(int count) {
        return new SliceInfo(shift, count, writes, generation);
    }

    SliceInfo written() {
        return new SliceInfo(shift, records, writes + (1L << shift), generation);
    }

    SliceInfo withShift(int newShift) {
        return new SliceInfo(newShift, records, writes, generation);
    }

    SliceInfo takenUp(int newGeneration) {
        return new SliceInfo(shift, records, 0, newGeneration);
    }
}
