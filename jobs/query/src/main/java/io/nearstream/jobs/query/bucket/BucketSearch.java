package io.nearstream.jobs.query.bucket;

import io.nearstream.core.similarity.CoarseCode;
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
import java.util.Optional;
import java.util.function.IntConsumer;
import javax.annotation.Nullable;

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

    /** Score of a candidate that cannot be a hit, by its code. */
    private static final double NO_HIT = Double.POSITIVE_INFINITY;

    private final BucketStore store;
    private final VisitedRows visited = new VisitedRows();
    private final CandidateTable table = new CandidateTable(visited::isSameId);
    private final TopK top = new TopK(1);
    private final Map<Integer, BucketRows> shared = new HashMap<>();
    private final IntConsumer visitedRows;

    private double[] scores = new double[1_024];
    private long sharedBytes;
    private long scored;
    private int widened;
    private int unreached;

    /**
     * Searches a store.
     *
     * @param visitedRows is told the rows of each bucket that is visited
     */
    BucketSearch(BucketStore store, IntConsumer visitedRows) {
        this.store = store;
        this.visitedRows = visitedRows;
    }

    /**
     * The best of each query vector.
     *
     * @param buckets for each query of the message, the buckets to visit, all owned by this subtask
     * @param widening which others where the filter lets few records through
     */
    List<PartAnswer> search(
            ProbeMessage probe,
            VectorSpace space,
            List<int[]> buckets,
            Optional<Widening.Rule> widening)
            throws Exception {
        scored = 0;
        widened = 0;
        unreached = 0;
        List<PartAnswer> answers = new ArrayList<>(probe.queries().size());
        for (int i = 0; i < probe.queries().size(); i++) {
            QueryPart query = probe.queries().get(i);
            Optional<Widening> more = widening.map(rule -> rule.of(query.vector()));
            if (!visit(probe, space, query, buckets.get(i), more, true)) {
                more = widening.map(rule -> rule.of(query.vector()));
                visit(probe, space, query, buckets.get(i), more, false);
            }
            widened += more.map(Widening::visited).orElse(0);
            unreached += more.filter(Widening::budgetEnded).isPresent() ? 1 : 0;
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

    /** Buckets that the last search visited beyond those it was given. */
    int widened() {
        return widened;
    }

    /** Query vectors of the last search whose budget of buckets ended too early. */
    int unreached() {
        return unreached;
    }

    /**
     * Looks at each row once: finds its candidate, and scores it where it stands for one.
     *
     * @param coarse whether rows that cannot be hits by their codes are left at that
     * @return whether that went well: not where a newer version came behind an older one that had
     *     set the bound
     */
    private boolean visit(
            ProbeMessage probe,
            VectorSpace space,
            QueryPart query,
            int[] buckets,
            Optional<Widening> more,
            boolean coarse)
            throws Exception {
        Scoring scoring = new Scoring(probe, space, query.vector(), coarse);
        table.reset();
        visited.clear();
        top.reset(probe.limit());
        for (int[] next = buckets; next != null; ) {
            for (int bucket : next) {
                BucketRows rows = rows(probe, bucket);
                visitedRows.accept(rows.count());
                scoring.score(rows, visited.add(rows));
            }
            next = more.isPresent() ? more.get().next(table.size(), scoring.passed) : null;
        }
        return scoring.isSound();
    }

    /** One query vector's way through the buckets. */
    private final class Scoring {
        private final ProbeMessage probe;
        private final VectorSpace space;
        private final VectorSpace.Query query;
        private final int vectorBytes;
        private final boolean filtered;
        private final double radiusScore;
        @Nullable private final CoarseCode code;
        @Nullable private final CoarseCode.Query coarseQuery;
        private long passed;
        private boolean leftOut;
        private boolean replaced;

        private Scoring(ProbeMessage probe, VectorSpace space, byte[] vector, boolean coarse) {
            this.probe = probe;
            this.space = space;
            this.query = space.query(vector);
            this.vectorBytes = space.vectorBytes();
            this.filtered = !probe.filter().isEmpty();
            this.radiusScore = bound(probe);
            this.code = coarse ? CoarseCode.of(space).orElse(null) : null;
            this.coarseQuery = code == null ? null : code.query(vector).orElse(null);
        }

        /** Whether no row was left out by a bound that a superseded row had set. */
        private boolean isSound() {
            return !(leftOut && replaced);
        }

        private void score(BucketRows rows, int firstRef) {
            CoarseRows codes = coarseQuery == null ? null : rows.coarse(code);
            double radius = codes == null ? 0 : radius();
            for (int i = 0; i < rows.count(); i++) {
                int known = table.size();
                int ordinal = rows.addTo(table, i, firstRef + i);
                if (ordinal == CandidateTable.SUPERSEDED) {
                    continue;
                }
                replaced |= ordinal < known;
                if (ordinal >= scores.length) {
                    scores = Arrays.copyOf(scores, 2 * scores.length);
                }
                if (!isCandidate(rows, i)) {
                    scores[ordinal] = NO_CANDIDATE;
                    continue;
                }
                passed += ordinal == known ? 1 : 0;
                if (codes != null && !codes.mayScore(radius, coarseQuery, i)) {
                    scores[ordinal] = NO_HIT;
                    leftOut = true;
                } else {
                    scores[ordinal] = exact(rows, i);
                    if (codes != null && top.offer(scores[ordinal], ordinal)) {
                        radius = radius();
                    }
                }
            }
        }

        private double radius() {
            return code.radius(Math.min(radiusScore, top.threshold()));
        }

        private boolean isCandidate(BucketRows rows, int i) {
            if (!filtered && !rows.mayExpire()) {
                return true;
            }
            byte[] block = rows.data(i);
            int row = rows.at(i);
            return EntryRow.expiresAt(block, row) > probe.appendTime()
                    && (!filtered || probe.filter().accepts(EntryRow.labels(block, row)));
        }

        private double exact(BucketRows rows, int i) {
            byte[] block = rows.data(i);
            int row = rows.at(i);
            return space.score(
                    query,
                    block,
                    EntryRow.vectorAt(block, row, vectorBytes),
                    EntryRow.inverseNorm(block, row));
        }
    }

    private static double bound(ProbeMessage probe) {
        return probe.isRange() ? probe.radiusScore() : Double.POSITIVE_INFINITY;
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
        double bound = bound(probe);
        top.reset(probe.limit());
        for (int ordinal = 0; ordinal < table.size(); ordinal++) {
            double score = scores[ordinal];
            if (score == score) { // not NO_CANDIDATE
                scored++;
                if (score <= bound && score < NO_HIT) {
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
            byte[] row =
                    visited.forAnswer(table.ref(ordinals[i]), vectorBytes, probe.withVectors());
            hits.add(new Hit(nearest[i], row));
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
            tied.sort(Comparator.comparing(ordinal -> visited.id(table.ref(ordinal))));
            for (int i = first; i < limit; i++) {
                ordinals[i] = tied.get(i - first);
            }
        }
        return ordinals;
    }
}
