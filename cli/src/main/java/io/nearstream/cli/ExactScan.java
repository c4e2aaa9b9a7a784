package io.nearstream.cli;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.List;

/** Compares every vector with every query: the truth that recall is measured against. */
final class ExactScan {
    private final VectorSpace space;
    private final List<VectorSpace.Query> queries;
    private final List<TopK> nearest;
    private int row;

    ExactScan(VectorSpace space, List<DemoQuery> questions, int k) {
        this.space = space;
        this.queries = questions.stream().map(query -> space.query(query.vector())).toList();
        this.nearest = questions.stream().map(query -> new TopK(k)).toList();
    }

    void offer(byte[] vector) {
        float inverseNorm = space.inverseNorm(vector, 0);
        for (int i = 0; i < queries.size(); i++) {
            nearest.get(i).offer(space.score(queries.get(i), vector, 0, inverseNorm), row);
        }
        row++;
    }

    /** For each query the distance of its k-th neighbour, or of its last where there are fewer. */
    double[] distances() {
        return nearest.stream()
                .mapToDouble(
                        top -> {
                            double[] scores = top.drainScores();
                            return space.distance(scores[scores.length - 1]);
                        })
                .toArray();
    }
}
