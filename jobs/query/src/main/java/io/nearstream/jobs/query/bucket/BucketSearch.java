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
import java.util.Comparator;
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

    /** Score of a candidate that is expired or filtered out. */
    private static final double NO_CANDIDATE = Double.NaN;

    private final BucketStore store;
    private final CandidateTable table = new CandidateTable(this::sameId);
    private final TopK top = new TopK(1);
    private final Map<Integer, BucketRows> shared = new HashMap<>();

    /** The buckets that the query vector visits, and the ref of each one's first row. */
    private final List<BucketRows> visited = new ArrayList<>();

    private int[] firstRefs = new int[64];
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
        table.reset();
        visited.clear();
        int ref = 0;
        for (int bucket : buckets) {
            BucketRows rows = rows(probe, bucket);
            if (visited.size() == firstRefs.length) {
                firstRefs = Arrays.copyOf(firstRefs, 2 * firstRefs.length);
            }
            firstRefs[visited.size()] = ref;
            visited.add(rows);
            score(probe, space, prepared, rows, ref);
            ref += rows.count();
        }
    }

    private void score(
            ProbeMessage probe,
            VectorSpace space,
            VectorSpace.Query query,
            BucketRows rows,
            int firstRef) {
        int vectorBytes = space.vectorBytes();
        boolean filtered = !probe.filter().isEmpty();
        for (int i = 0; i < rows.count(); i++) {
            byte[] block = rows.data(i);
            int row = rows.at(i);
            int ordinal =
                    table.add(
                            EntryRow.idHash(block, row),
                            EntryRow.time(block, row),
                            EntryRow.partition(block, row),
                            EntryRow.offset(block, row),
                            firstRef + i);
            if (ordinal == CandidateTable.SUPERSEDED) {
                continue;
            }
            if (ordinal >= scores.length) {
                scores = Arrays.copyOf(scores, 2 * scores.length);
            }
            boolean candidate =
                    EntryRow.expiresAt(block, row) > probe.appendTime()
                            && (!filtered || probe.filter().accepts(EntryRow.labels(block, row)));
            scores[ordinal] =
                    candidate
                            ? space.score(
                                    query,
                                    block,
                                    EntryRow.vectorAt(block, row, vectorBytes),
                                    EntryRow.inverseNorm(block, row))
                            : NO_CANDIDATE;
        }
    }

    private boolean sameId(int ref, int other) {
        int bucket = bucketOf(ref);
        int otherBucket = bucketOf(other);
        return visited.get(bucket)
                .isSameId(
                        ref - firstRefs[bucket],
                        visited.get(otherBucket),
                        other - firstRefs[otherBucket]);
    }

    /** Which of the visited buckets a ref belongs to: the last that starts at it or before. */
    private int bucketOf(int ref) {
        int low = 0;
        int high = visited.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstRefs[middle] <= ref) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
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
        visited.clear(); // nothing of a bucket is held between probes
        return hits;
    }

    private List<Hit> hits(ProbeMessage probe, int vectorBytes) {
        double[] nearest = top.drainScores();
        int[] ordinals = lowestIdsAtTheEnd(nearest, top.drainRefs(), probe.limit());
        List<Hit> hits = new ArrayList<>(ordinals.length);
        for (int i = 0; i < ordinals.length; i++) {
            int ref = table.ref(ordinals[i]);
            BucketRows rows = visited.get(bucketOf(ref));
            int row = ref - firstRefs[bucketOf(ref)];
            hits.add(
                    new Hit(
                            nearest[i],
                            EntryRow.forAnswer(
                                    rows.data(row),
                                    rows.at(row),
                                    vectorBytes,
                                    probe.withVectors())));
        }
        return hits;
    }

    /**
     * Of candidates that are as far as the last hit, those with the lowest ids are hits: the answer
     * does not depend on where they lie.
     */
    private int[] lowestIdsAtTheEnd(double[] nearest, int[] ordinals, int limit) {
        if (ordinals.length < limit) {
            return ordinals;
        }
        double last = nearest[limit - 1];
        int first = limit - 1;
        while (first > 0 && nearest[first - 1] == last) {
            first--;
        }
        List<Integer> tied = new ArrayList<>();
        for (int ordinal = 0; ordinal < table.size(); ordinal++) {
            if (scores[ordinal] == last) {
                tied.add(ordinal);
            }
        }
        if (tied.size() > limit - first) {
            tied.sort(Comparator.comparing(this::id));
            for (int i = first; i < limit; i++) {
                ordinals[i] = tied.get(i - first);
            }
        }
        return ordinals;
    }

    private String id(int ordinal) {
        int ref = table.ref(ordinal);
        int bucket = bucketOf(ref);
        int row = ref - firstRefs[bucket];
        return EntryRow.id(visited.get(bucket).data(row), visited.get(bucket).at(row));
    }
}
