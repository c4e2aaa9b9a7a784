package io.nearstream.bench.peer;

import io.nearstream.core.similarity.VectorSpace;
import java.util.LinkedHashMap;
import java.util.Map;

/** A scan of what is there at a refresh; what a replay is checked with, since it misses nothing. */
final class ChangingScan implements ChangingIndex {
    private final VectorSpace space;
    private final Map<Integer, byte[]> vectors = new LinkedHashMap<>();
    private ScanIndex shown;

    ChangingScan(VectorSpace space) {
        this.space = space;
        this.shown = new ScanIndex(space);
    }

    @Override
    public void add(int row, byte[] vector) {
        vectors.put(row, vector);
    }

    @Override
    public void remove(int row) {
        vectors.remove(row);
    }

    @Override
    public void refresh() {
        shown = new ScanIndex(space);
        vectors.forEach(shown::add);
        shown.refresh();
    }

    @Override
    public Searcher searcher() {
        return shown.searcher();
    }

    @Override
    public long bytes() {
        return shown.bytes();
    }

    @Override
    public void close() {
        vectors.clear();
        shown.close();
    }
}
