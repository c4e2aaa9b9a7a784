package io.nearstream.bench.peer;

import io.nearstream.core.similarity.VectorSpace;
import java.nio.file.Path;
import java.util.Optional;

/** Compares a query with everything. */
final class ScanFactory implements VectorIndexFactory {
    @Override
    public String name() {
        return "brute-force";
    }

    @Override
    public String description() {
        return "a scan of all vectors with our kernels";
    }

    @Override
    public VectorIndex create(VectorSpace space, Path dir) {
        return new ScanIndex(space);
    }

    @Override
    public Optional<ChangingIndex> createChanging(VectorSpace space, Path dir) {
        return Optional.of(new ChangingScan(space));
    }
}
