package io.nearstream.peers;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import io.nearstream.bench.peer.VectorIndex;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** One graph on the heap, built with what JVector's own introduction builds with. */
final class JVectorIndex implements VectorIndex {
    static final int DEGREE = 32;
    static final int BEAM_WIDTH = 100;

    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;
    private static final VectorTypeSupport TYPES =
            VectorizationProvider.getInstance().getVectorTypeSupport();

    private final VectorSpace space;
    private final VectorSimilarityFunction similarity;
    private final GrowingVectors vectors;
    private final ForkJoinPool one = new ForkJoinPool(1);
    private final GraphIndexBuilder builder;
    private final List<Integer> removed = new ArrayList<>();

    @SuppressWarnings("deprecation") // 4.0.2 deprecates every constructor and has no other way yet
    JVectorIndex(VectorSpace space) {
        this.space = space;
        this.vectors = new GrowingVectors(space.dimensions());
        this.similarity =
                space.metric() == Metric.L2
                        ? VectorSimilarityFunction.EUCLIDEAN
                        : VectorSimilarityFunction.DOT_PRODUCT;
        this.builder =
                new GraphIndexBuilder(
                        BuildScoreProvider.randomAccessScoreProvider(vectors, similarity),
                        space.dimensions(),
                        DEGREE,
                        BEAM_WIDTH,
                        OVERFLOW,
                        ALPHA,
                        true,
                        true,
                        one,
                        one);
    }

    @Override
    public void add(int row, byte[] vector) {
        VectorFloat<?> values = TYPES.createFloatVector(Floats.of(space, vector));
        vectors.put(row, values);
        builder.addGraphNode(row, values);
    }

    /** Marks a node as deleted: searches pass over it, until a refresh takes it out. */
    void remove(int row) {
        builder.markNodeDeleted(row);
        removed.add(row);
    }

    /**
     * Nodes can be found at once; this is the clean-up that JVector asks for after a build, which
     * takes out deleted nodes too.
     */
    @Override
    public void refresh() {
        builder.cleanup();
        removed.forEach(vectors::remove);
        removed.clear();
    }

    /** A node is found as soon as it was added. */
    @Override
    public void refreshLittle() {}

    @Override
    public Searcher searcher() {
        RandomAccessVectorValues mine = vectors.copy();
        GraphSearcher searcher = new GraphSearcher(builder.getGraph());
        return (query, k, effort) -> {
            SearchScoreProvider scores =
                    DefaultSearchScoreProvider.exact(
                            TYPES.createFloatVector(Floats.of(space, query)), similarity, mine);
            SearchResult.NodeScore[] hits =
                    searcher.search(scores, k, Math.max(k, effort), 0f, 0f, Bits.ALL).getNodes();
            int[] found = new int[hits.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = hits[i].node;
            }
            return found;
        };
    }

    @Override
    public long bytes() {
        return builder.getGraph().ramBytesUsed()
                + (long) vectors.size() * space.dimensions() * Float.BYTES;
    }

    @Override
    public void close() throws IOException {
        builder.close();
        one.shutdown();
    }
}
