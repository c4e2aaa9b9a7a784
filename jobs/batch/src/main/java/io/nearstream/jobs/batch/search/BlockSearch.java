package io.nearstream.jobs.batch.search;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import io.nearstream.jobs.batch.message.Hits;
import io.nearstream.jobs.batch.message.PlacedRows;
import io.nearstream.jobs.batch.message.RoutedQueries;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The buckets of one subtask on the heap, and the queries of a block scored against them bucket by
 * bucket: a bucket is brought into the processor's cache once for all queries that visit it. Each
 * query has been in its nearest bucket here before it comes to the others, so that few of their
 * rows are kept only to be replaced. Belongs to one thread.
 */
final class BlockSearch {
    private final VectorSpace space;
    private final int k;
    private final Map<Integer, CellRows> buckets = new HashMap<>();
    private long scored;

    BlockSearch(VectorSpace space, int k) {
        this.space = space;
        this.k = k;
    }

    /** Keeps rows; returns by how many bytes the heap has grown. */
    long add(PlacedRows placed) {
        long grown = 0;
        for (int i = 0; i < placed.rows().length; i++) {
            CellRows cell =
                    buckets.computeIfAbsent(
                            placed.buckets()[i], bucket -> new CellRows(space, bucket));
            grown +=
                    cell.add(
                            space,
                            placed.rows()[i],
                            placed.vectors(),
                            placed.places()[i] * space.vectorBytes());
        }
        return grown;
    }

    /** The nearest rows here of every query of the block. */
    Hits search(RoutedQueries block) {
        int queries = block.ordinals().length;
        VectorSpace.Query[] prepared = new VectorSpace.Query[queries];
        TopK[] nearest = new TopK[queries];
        for (int i = 0; i < queries; i++) {
            int at = i * space.vectorBytes();
            prepared[i] =
                    space.query(Arrays.copyOfRange(block.vectors(), at, at + space.vectorBytes()));
            nearest[i] = new TopK(k);
        }
        if (block.visitsAll()) {
            scoreAll(prepared, nearest);
        } else {
            scoreVisited(block, prepared, nearest);
        }
        return hits(block, nearest);
    }

    private void scoreAll(VectorSpace.Query[] queries, TopK[] nearest) {
        for (CellRows cell : buckets.values()) {
            for (int query = 0; query < queries.length; query++) {
                cell.offer(space, queries[query], nearest[query]);
            }
            scored += (long) cell.count() * queries.length;
        }
    }

    private void scoreVisited(RoutedQueries block, VectorSpace.Query[] prepared, TopK[] nearest) {
        int[] starts = block.starts();
        int queries = prepared.length;
        long[] firstVisits = new long[queries];
        long[] furtherVisits = new long[block.buckets().length - queries];
        int further = 0;
        for (int i = 0; i < queries; i++) {
            firstVisits[i] = visit(block.buckets()[starts[i]], i);
            for (int j = starts[i] + 1; j < starts[i + 1]; j++) {
                furtherVisits[further++] = visit(block.buckets()[j], i);
            }
        }
        score(firstVisits, prepared, nearest);
        score(furtherVisits, prepared, nearest);
    }

    /** Orders by bucket, then by query. */
    private static long visit(int bucket, int query) {
        return ((long) bucket << Integer.SIZE) | query;
    }

    private void score(long[] visits, VectorSpace.Query[] queries, TopK[] nearest) {
        Arrays.sort(visits);
        CellRows cell = null;
        int current = 0;
        for (int i = 0; i < visits.length; i++) {
            int bucket = (int) (visits[i] >> Integer.SIZE);
            if (i == 0 || bucket != current) {
                current = bucket;
                cell = buckets.get(bucket); // without rows nobody has made it
            }
            if (cell != null) {
                int query = (int) visits[i];
                cell.offer(space, queries[query], nearest[query]);
                scored += cell.count();
            }
        }
    }

    private Hits hits(RoutedQueries block, TopK[] nearest) {
        int[] rows = new int[Math.multiplyExact(block.count(), k)];
        double[] scores = new double[rows.length];
        Arrays.fill(rows, Hits.NONE);
        Arrays.fill(scores, Double.POSITIVE_INFINITY);
        for (int i = 0; i < nearest.length; i++) {
            int at = block.ordinals()[i] * k;
            int size = nearest[i].size();
            System.arraycopy(nearest[i].drainRefs(), 0, rows, at, size);
            System.arraycopy(nearest[i].drainScores(), 0, scores, at, size);
        }
        return new Hits(block.first(), block.count(), rows, scores);
    }

    /** Distances that were computed since this was asked last. */
    long takeScored() {
        long taken = scored;
        scored = 0;
        return taken;
    }
}
