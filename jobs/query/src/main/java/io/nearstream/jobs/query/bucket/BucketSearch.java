package io.nearstream.jobs.query.bucket;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.CandidateTable;
import io.nearstream.core.topk.TopK;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores the entries of the buckets that a probe visits at this subtask, exactly. The query vectors
 * of a batch share the reading of a bucket. Belongs to the task's thread; reused, so that a probe
 * allocates little.
 */
final class BucketSearch {
    /** Rows of a batch are kept for its later query vectors up to this many bytes. */
    private static final long SHARED_BYTES_MAX = 32L << 20;

    /** Score of a candidate that is removed, expired or filtered out. */
    private static final double NO_CANDIDATE = Double.NaN;

    private final BucketStore store;
    private final CandidateTable table = new CandidateTable();
    private final TopK top = new TopK(1);
    private final Map<Integer, BucketRows> shared = new HashMap<>();
    private byte[][] data = new byte[1_024][];
    private int[] at = new int[1_024];
    private double[] scores = new double[1_024];
    private long sharedBytes;
    private long scored;

    BucketSearch(BucketStore store) {
        this.store = store;
    }

    /**
     * The best of each query vector.
     *
     * @param buckets for each query of the message, the buckets to visit, all owned by this subtask
     */
    List<PartAnswer> search(ProbeMessage probe, VectorSpace space, List<int[]> buckets)
            throws Exception {
        scored = 0;
        List<PartAnswer> answers = new ArrayList<>(probe.queries().size());
        for (int i = 0; i < probe.queries().size(); i++) {
            QueryPart query = probe.queries().get(i);
            visit(probe, space, query, buckets.get(i));
            answers.add(new PartAnswer(query.ordinal(), best(probe, space.vectorBytes())));
        }
        shared.clear();
        sharedBytes = 0;
        return answers;
    }

    /** Distinct stored vectors compared by the last search. */
    long scored() {
        return scored;
    }

    /**
     * Looks at each row once, while it is in the processor's cache: finds its candidate, and scores
     * it where it stands for one. A row that is superseded later was scored in vain; that is rare.
     */
    private void visit(ProbeMessage probe, VectorSpace space, QueryPart query, int[] buckets)
            throws Exception {
        VectorSpace.Query prepared = space.query(query.vector());
        int vectorBytes = space.vectorBytes();
        boolean filtered = !probe.filter().isEmpty();
        table.reset();
        for (int bucket : buckets) {
            BucketRows rows = rows(probe, bucket);
            table.nextBucket();
            for (int i = 0; i < rows.count(); i++) {
                byte[] block = rows.data(i);
                int row = rows.at(i);
                int ordinal = rows.addTo(table, i, i);
                if (ordinal == CandidateTable.SUPERSEDED) {
                    continue;
                }
                growTo(ordinal);
                data[ordinal] = block;
                at[ordinal] = row;
                scores[ordinal] =
                        EntryRow.isRemoval(block, row)
                                        || EntryRow.expiresAt(block, row) <= probe.appendTime()
                                        || (filtered
                                                && !probe.filter()
                                                        .accepts(EntryRow.labels(block, row)))
                                ? NO_CANDIDATE
                                : space.score(
                                        prepared,
                                        block,
                                        EntryRow.vectorAt(block, row, vectorBytes),
                                        EntryRow.inverseNorm(block, row));
            }
        }
    }

    private void growTo(int ordinal) {
        if (ordinal >= data.length) {
            data = Arrays.copyOf(data, 2 * data.length);
            at = Arrays.copyOf(at, data.length);
            scores = Arrays.copyOf(scores, data.length);
        }
    }

    private BucketRows rows(ProbeMessage probe, int bucket) throws Exception {
        BucketRows known = shared.get(bucket);
        if (known != null) {
            return known;
        }
        BucketRows rows = store.read(new BucketKey(probe.collectionUid(), bucket));
        if (probe.queries().size() > 1 && sharedBytes + rows.bytes() <= SHARED_BYTES_MAX) {
            shared.put(bucket, rows);
            sharedBytes += rows.bytes();
        }
        return rows;
    }

    private List<Hit> best(ProbeMessage probe, int vectorBytes) {
        double bound = probe.isRange() ? probe.radiusScore() : Double.POSITIVE_INFINITY;
        top.reset(probe.limit());
        for (int ordinal = 0; ordinal < table.size(); ordinal++) {
            double score = scores[ordinal];
            if (score == score) { // not NO_CANDIDATE
                scored++;
                if (score <= bound) {
                    top.offer(score, ordinal);
                }
            }
        }
        List<Hit> hits = hits(probe, vectorBytes);
        Arrays.fill(data, 0, table.size(), null); // nothing of a bucket is held between probes
        return hits;
    }

    private List<Hit> hits(ProbeMessage probe, int vectorBytes) {
        double[] scores = top.drainScores();
        int[] refs = top.drainRefs();
        List<Hit> hits = new ArrayList<>(refs.length);
        for (int i = 0; i < refs.length; i++) {
            byte[] row =
                    EntryRow.forAnswer(
                            data[refs[i]], at[refs[i]], vectorBytes, probe.withVectors());
            hits.add(new Hit(scores[i], row));
        }
        return hits;
    }
}
