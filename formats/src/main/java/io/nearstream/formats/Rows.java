package io.nearstream.formats;

import java.io.IOException;
import javax.annotation.Nullable;

/** The rows of one file in order, one in memory at a time. Not thread-safe. */
interface Rows extends AutoCloseable {
    /** The values of the next row as they travel, or null after the last one. */
    @Nullable
    byte[] next() throws IOException;

    /** Values per row; known once a row was read, or at once for IDX. */
    int values();

    /** Rows that the header promises, or -1. */
    default long rowsPromised() {
        return -1;
    }

    /** The id of the row that was read last, or null where rows have none. */
    @Nullable
    default String id() {
        return null;
    }

    @Override
    void close() throws IOException;
}
