package io.nearstream.bench.peer;

import java.io.IOException;

/** An index whose vectors can be replaced and removed, by the one thread that adds. */
public interface ChangingIndex extends VectorIndex {
    /** Adds a vector; in the place of the one that the row has, where it has one. */
    @Override
    void add(int row, byte[] vector) throws IOException;

    /** Takes the row's vector out, where it has one; searchers made after a refresh miss it. */
    void remove(int row) throws IOException;
}
