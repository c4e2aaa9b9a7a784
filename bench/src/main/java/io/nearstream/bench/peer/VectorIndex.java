package io.nearstream.bench.peer;

import java.io.IOException;

/**
 * An index of vectors in this process. One thread adds and refreshes; meanwhile others may search,
 * each with a searcher of its own.
 */
public interface VectorIndex extends AutoCloseable {
    /**
     * Adds a vector.
     *
     * @param row its number, each once
     * @param vector in the encoding of the space; the index's to keep
     */
    void add(int row, byte[] vector) throws IOException;

    /** Makes everything that was added searchable, by searchers that are made from now on. */
    void refresh() throws IOException;

    /**
     * The same, where little was added since: an index that can do so with less work does. What was
     * added is as good as everything else after the next {@link #refresh}.
     */
    default void refreshLittle() throws IOException {
        refresh();
    }

    /** A searcher for one thread, over what the newest refresh has shown. */
    Searcher searcher() throws IOException;

    /** Bytes that it takes, vectors included, about. */
    long bytes() throws IOException;

    @Override
    void close() throws IOException;

    /** Searches for one thread. */
    @FunctionalInterface
    interface Searcher {
        /**
         * The nearest of a query.
         *
         * @param k how many, at least 1
         * @param effort the index's own parameter: how many cells it visits, how many candidates it
         *     keeps; at least 1
         * @return rows, nearest first, k at most
         */
        int[] search(byte[] query, int k, int effort) throws IOException;
    }
}
