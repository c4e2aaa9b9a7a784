package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Recall at 10 of a number of probes, held against an exact scan. */
final class Recalls {
    private Recalls() {}

    /** Recall by id: of several as far away as the tenth, those that the scan kept count. */
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

    /**
     * The same by distance: of several as far away as the tenth, any counts. Among bits there are
     * always some.
     */
    static double byDistance(
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
