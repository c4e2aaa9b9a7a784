package io.nearstream.peers;

import io.nearstream.bench.peer.ChangingIndex;
import io.nearstream.bench.peer.VectorIndex;
import io.nearstream.bench.peer.VectorIndexFactory;
import io.nearstream.core.similarity.VectorSpace;
import java.nio.file.Path;
import java.util.Optional;

/** JVector's graph on the heap, with float32 vectors: it has no others. */
public final class JVectorFactory implements VectorIndexFactory {
    @Override
    public String name() {
        return "jvector";
    }

    @Override
    public String description() {
        return "JVector 4, degree %d, beam %d, overflow 1.2, alpha 1.2, float32, one indexing thread"
                .formatted(JVectorIndex.DEGREE, JVectorIndex.BEAM_WIDTH);
    }

    @Override
    public VectorIndex create(VectorSpace space, Path dir) {
        return new JVectorIndex(space);
    }

    @Override
    public Optional<ChangingIndex> createChanging(VectorSpace space, Path dir) {
        return Optional.of(new ChangingGraph(new JVectorIndex(space)));
    }
}
