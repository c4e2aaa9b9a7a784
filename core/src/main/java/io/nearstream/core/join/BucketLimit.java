package io.nearstream.core.join;

/**
 * How large a bucket may become. It lies on the heap as a whole, and it is read and rewritten as a
 * whole: an array of Java has less than 2 GiB, and so has what RocksDB hands out of a log.
 *
 * @param bytesMax of the rows of what is there, 1 or more
 */
record BucketLimit(long bytesMax) {
    /** 1.5 GiB: its log may be a sixth longer, and the state adds some bytes to each block. */
    static final BucketLimit DEFAULT = new BucketLimit(3L << 29);

    private static final int GONE_SHARE = 6;

    /** From here on a log is rewritten, whatever part of it is of what is gone. */
    long logBytesMax() {
        return bytesMax + bytesMax / GONE_SHARE;
    }

    /**
     * Nothing, where a bucket may become so large.
     *
     * @param bytes of all rows with what a record adds
     * @throws IllegalStateException if they are too many
     */
    void check(RecordRef record, long bytes) {
        if (bytes > bytesMax) {
            throw new IllegalStateException(
                    "The bucket of record '%s' would have %d bytes, but may have %d at most: it lies on the heap, and is read, as a whole. Divide the records among more buckets, cells or bands, so that one has some MiB. Those of the state do not change: use another name, or start without state."
                            .formatted(record.id(), bytes, bytesMax));
        }
    }
}
