package io.nearstream.formats;

import io.nearstream.core.similarity.Sets;
import java.io.IOException;
import java.util.OptionalInt;
import javax.annotation.Nullable;

/**
 * A cursor over the vectors of a file, from row 0. Stands before the first row until {@link
 * #advance()} was called. Not thread-safe; close it.
 */
public final class VectorRows implements AutoCloseable {
    private final Rows reader;
    private final OptionalInt places;
    private long row = -1;
    @Nullable private byte[] vector;

    /**
     * @param places of each set; empty where rows are no sets
     */
    VectorRows(Rows reader, OptionalInt places) {
        this.reader = reader;
        this.places = places;
    }

    /**
     * Goes to the next row; false after the last one.
     *
     * @throws IOException if the file is damaged, naming file, row and offset
     */
    public boolean advance() throws IOException {
        byte[] next = reader.next();
        vector = next == null || places.isEmpty() ? next : Sets.repeated(next, places.getAsInt());
        if (vector == null) {
            return false;
        }
        row++;
        return true;
    }

    /** The current row's number, from 0. */
    public long row() {
        checkOnRow();
        return row;
    }

    /** The current row's vector, little endian in the file's encoding; the caller's to keep. */
    public byte[] vector() {
        checkOnRow();
        return vector;
    }

    /** The current row's own id; where the file has none, its number. */
    public String id() {
        checkOnRow();
        String own = reader.id();
        return own == null ? Long.toString(row) : own;
    }

    /** Whether the current row has an id of its own. */
    public boolean named() {
        checkOnRow();
        return reader.id() != null;
    }

    /** Rows that were passed so far, the current one included. */
    long rowsSeen() {
        return row + 1;
    }

    private void checkOnRow() {
        if (vector == null) {
            throw new IllegalStateException("Not on a row: call advance() until it is false.");
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
