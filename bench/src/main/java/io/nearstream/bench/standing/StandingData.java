package io.nearstream.bench.standing;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.core.topk.TopK;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Records as they are now, and the queries: all drawn from one seed. Not thread-safe. */
final class StandingData {
    /** A value becomes another at most a tenth of it away. */
    private static final float SPREAD = 0.2f;

    private static final float HALF = 0.5f;

    private final SplittableRandom random;
    private final VectorSpace space;
    private final List<byte[]> vectors;
    private final List<StandingQuery> queries = new ArrayList<>();

    StandingData(StandingPlan plan) {
        this.random = new SplittableRandom(plan.seed());
        this.space = VectorSpace.of(plan.collection());
        this.vectors = new ArrayList<>(plan.vectors());
        for (int i = 0; i < plan.queries(); i++) {
            queries.add(
                    new StandingQuery(
                            near(vectors.get(random.nextInt(vectors.size()))),
                            plan.k(),
                            Double.POSITIVE_INFINITY,
                            LabelFilter.NONE,
                            plan.probes()));
        }
    }

    /** A distinct vector, and near. */
    private byte[] near(byte[] base) {
        byte[] vector = new byte[base.length];
        for (int i = 0; i < space.dimensions(); i++) {
            float value = Vectors.value(Encoding.FLOAT32, base, 0, i);
            float factor = 1 + SPREAD * (random.nextFloat() - HALF);
            Vectors.putFloat(vector, 0, i, value * factor);
        }
        return vector;
    }

    int records() {
        return vectors.size();
    }

    byte[] vector(int id) {
        return vectors.get(id);
    }

    StandingQuery query(int number) {
        return queries.get(number);
    }

    /** Gives a record another vector, near its own; which. */
    int next() {
        int id = random.nextInt(vectors.size());
        vectors.set(id, near(vectors.get(id)));
        return id;
    }

    /** Ids of the true answer of a query now. */
    Set<String> nearest(int number) {
        StandingQuery query = queries.get(number);
        VectorSpace.Query prepared = space.query(query.vector());
        TopK nearest = new TopK(query.limit());
        for (int i = 0; i < vectors.size(); i++) {
            byte[] vector = vectors.get(i);
            nearest.offer(space.score(prepared, vector, 0, space.inverseNorm(vector, 0)), i);
        }
        Set<String> ids = new HashSet<>();
        for (int ref : nearest.drainRefs()) {
            ids.add(Integer.toString(ref));
        }
        return ids;
    }
}
