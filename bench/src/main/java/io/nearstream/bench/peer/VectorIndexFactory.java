package io.nearstream.bench.peer;

import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Makes indexes of one kind; found by {@link java.util.ServiceLoader}. Stateless. */
public interface VectorIndexFactory {
    /** The name of the system, as reports call it. */
    String name();

    /** What it is, for people: product, version, parameters. */
    String description();

    /**
     * An empty index.
     *
     * @param dir an empty directory of its own
     */
    VectorIndex create(VectorSpace space, Path dir) throws IOException;

    /**
     * An empty index that takes replacements and removals; none, where this kind has no such.
     *
     * @param dir an empty directory of its own
     */
    default Optional<ChangingIndex> createChanging(VectorSpace space, Path dir) throws IOException {
        return Optional.empty();
    }
}
