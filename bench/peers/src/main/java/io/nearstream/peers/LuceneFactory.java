package io.nearstream.peers;

import io.nearstream.bench.peer.ChangingIndex;
import io.nearstream.bench.peer.VectorIndex;
import io.nearstream.bench.peer.VectorIndexFactory;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.lucene.util.Version;

/** Lucene's HNSW graph, bytes where the files have bytes. */
public final class LuceneFactory implements VectorIndexFactory {
    @Override
    public String name() {
        return "lucene-hnsw";
    }

    @Override
    public String description() {
        return "Lucene %s HNSW, M %d, beam %d, one indexing thread"
                .formatted(Version.LATEST, LuceneIndex.MAX_CONNECTIONS, LuceneIndex.BEAM_WIDTH);
    }

    @Override
    public VectorIndex create(VectorSpace space, Path dir) throws IOException {
        return new LuceneIndex(space, dir, false);
    }

    @Override
    public Optional<ChangingIndex> createChanging(VectorSpace space, Path dir) throws IOException {
        return Optional.of(new LuceneIndex(space, dir, true));
    }
}
