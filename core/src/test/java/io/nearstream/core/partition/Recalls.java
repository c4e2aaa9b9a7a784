package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Recall at 10 of a number of probes, by an exact scan. */
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
            TopK nearest = new TopK(10);
            for (int i = 0; i < base.size(); i++) {
                byte[] stored = base.get(i);
                nearest.offer(space.score(query, stored, 0, space.inverseNorm(stored, 0)), i);
            }
            Set<Integer> visited = new HashSet<>();
            Arrays.stream(generation.probe(vector, probes)).forEach(visited::add);
            for (int neighbor : nearest.drainRefs()) {
                found += Arrays.stream(placed[neighbor]).anyMatch(visited::contains) ? 1 : 0;
            }
        }
        return found / (10.0 * queries.size());
    }
}
