package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Recall at 10 of a number of probes, by an exact scan. Of several as far away as the tenth, any
 * counts: among bits there are always some.
 */
final class Recalls {
    private Recalls() {}

    static double of(
            CollectionSettings settings,
            Generation generation,
            List<byte[]> base,
            List<byte[]> queries,
            int probes) {
        VectorSpace space = VectorSpace.of(settings);
        int[][] placed =
                base.stream().map(vector -> generation.place("", vector)).toArray(int[][]::new);
        int found = 0;
        for (byte[] vector : queries) {
            VectorSpace.Query query = space.query(vector);
            Set<Integer> visited = new HashSet<>();
            Arrays.stream(generation.probe(vector, probes)).forEach(visited::add);
            TopK nearest = new TopK(10);
            TopK met = new TopK(10);
            for (int i = 0; i < base.size(); i++) {
                byte[] stored = base.get(i);
                double score = space.score(query, stored, 0, space.inverseNorm(stored, 0));
                nearest.offer(score, i);
                if (Arrays.stream(placed[i]).anyMatch(visited::contains)) {
                    met.offer(score, i);
                }
            }
            double last = Arrays.stream(nearest.drainScores()).max().orElseThrow();
            found += (int) Arrays.stream(met.drainScores()).filter(score -> score <= last).count();
        }
        return found / (10.0 * queries.size());
    }
}
