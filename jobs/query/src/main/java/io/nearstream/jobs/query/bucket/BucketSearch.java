package io.nearstream.jobs.query.bucket;

import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.CoarseColumns;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.CandidateTable;
import io.nearstream.core.topk.TopK;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import javax.annotation.Nullable;

/**
 * Scores the entries of the buckets that a probe visits at this subtask, exactly. The query vectors
 * of a batch share the reading of a bucket. Belongs to the task's thread; reused, so that a probe
 * allocates little.
 */
final class BucketSearch {
    private final SharedRows shared;
    private final VisitedRows visited = new VisitedRows();
    private final CandidateTable table = new CandidateTable(visited::isSameId);
    private final TopK top = new TopK(1);
    private final DistinctCount met = new DistinctCount();
    private final DistinctCount passed = new DistinctCount();
    private final IntConsumer visitedRows;

    private double[] scores = new double[1_024];
    @Nullable private CoarseCode code;
    private long scored;
    private int widened;
    private int unreached;
    private BooleanSupplier late = () -> false;
    private boolean over;

    /**
     * Searches a store.
     *
     * @param visitedRows is told the rows of each bucket that is visited
     */
    BucketSearch(BucketStore store, IntConsumer visitedRows) {
        this.shared = new SharedRows(store);
        this.visitedRows = visitedRows;
    }

    /**
     * The best of each query vector.
     *
     * @param filterCode of the space: tells cheaply which rows cannot be hits
     * @param buckets for each query of the message, the buckets to visit, all owned by this subtask
     * @param widening which others where the filter lets few records through
     * @param late whether nobody waits for the answer any more
     * @return empty where it became late
     */
    Optional<List<PartAnswer>> search(
            ProbeMessage probe,
            VectorSpace space,
            Optional<CoarseCode> filterCode,
            List<int[]> buckets,
            Optional<Widening.Rule> widening,
            BooleanSupplier late)
            throws Exception {
        this.late = late;
        over = false;
        code = filterCode.orElse(null);
        scored = 0;
        widened = 0;
        unreached = 0;
        List<PartAnswer> answers = new ArrayList<>(probe.queries().size());
        for (int i = 0; i < probe.queries().size() && !over; i++) {
            QueryPart query = probe.queries().get(i);
            Optional<Widening> more = widening.map(rule -> rule.of(query.vector()));
            if (!visit(probe, space, query, buckets.get(i), more, true)) {
                more = widening.map(rule -> rule.of(query.vector()));
                visit(probe, space, query, buckets.get(i), more, false);
            }
            widened += more.map(Widening::visited).orElse(0);
            unreached += more.filter(Widening::budgetEnded).isPresent() ? 1 : 0;
            scored += probe.filter().isEmpty() ? met.count() : passed.count();
            answers.add(new PartAnswer(query.ordinal(), best(probe, space.vectorBytes())));
        }
        shared.clear();
        return over ? Optional.empty() : Optional.of(answers);
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
     * Looks at each row once: what may be a hit by its code is scored, and what is as near as the
     * hits so far becomes a candidate. Copies of a record have one score, so they meet there.
     *
     * @param bounded whether rows that are farther than the hits so far are left out
     * @return whether that went well: not where a newer version came behind an older one that had
     *     set the bound
     */
    private boolean visit(
            ProbeMessage probe,
            VectorSpace space,
            QueryPart query,
            int[] buckets,
            Optional<Widening> more,
            boolean bounded)
            throws Exception {
        Scoring scoring = new Scoring(probe, space, query.vector(), bounded);
        table.reset();
        visited.clear();
        met.reset();
        passed.reset();
        top.reset(probe.limit());
        for (int[] next = buckets; next != null; ) {
            for (int bucket : next) {
                if (late.getAsBoolean()) {
                    over = true;
                    return true;
                }
                BucketRows rows = shared.of(probe, bucket);
                visitedRows.accept(rows.count());
                scoring.score(rows, visited.add(rows));
            }
            next = more.isPresent() ? more.get().next(met.count(), passed.count()) : null;
        }
        return !scoring.replaced || !bounded;
    }

    /** One query vector's way through the buckets. */
    private final class Scoring {
        private final ProbeMessage probe;
        private final VectorSpace space;
        private final VectorSpace.Query query;
        private final int vectorBytes;
        private final boolean filtered;
        private final boolean bounded;
        private final double radiusScore;
        @Nullable private final CoarseCode.Query coarseQuery;
        private boolean replaced;

        private Scoring(ProbeMessage probe, VectorSpace space, byte[] vector, boolean bounded) {
            this.probe = probe;
            this.space = space;
            this.query = space.query(vector);
            this.vectorBytes = space.vectorBytes();
            this.filtered = !probe.filter().isEmpty();
            this.bounded = bounded;
            this.radiusScore = bound(probe);
            this.coarseQuery = code == null ? null : code.query(vector).orElse(null);
        }

        private void score(BucketRows rows, int firstRef) {
            CoarseColumns codes = coarseQuery == null ? null : rows.coarse(code);
            boolean mayExpire = rows.mayExpire();
            double bound = farthest();
            double radius = codes == null ? 0 : code.radius(bound);
            for (int i = 0; i < rows.count(); i++) {
                if (mayExpire && isExpired(rows, i)) {
                    continue;
                }
                met.add(rows.idHash(i));
                if (filtered && !passes(rows, i)) {
                    continue;
                }
                if (codes != null && !codes.mayScore(radius, coarseQuery, i)) {
                    continue;
                }
                double score = exact(rows, i);
                if (score <= bound && offer(rows, i, firstRef + i, score)) {
                    bound = farthest();
                    radius = codes == null ? 0 : code.radius(bound);
                }
            }
        }

        /** What is farther is no hit. */
        private double farthest() {
            return bounded ? Math.min(radiusScore, top.threshold()) : radiusScore;
        }

        private boolean offer(BucketRows rows, int i, int ref, double score) {
            int known = table.size();
            int ordinal = rows.addTo(table, i, ref);
            if (ordinal == CandidateTable.SUPERSEDED) {
                return false;
            }
            replaced |= ordinal < known;
            if (ordinal >= scores.length) {
                scores = Arrays.copyOf(scores, 2 * scores.length);
            }
            scores[ordinal] = score;
            return top.offer(score, ordinal);
        }

        private boolean isExpired(BucketRows rows, int i) {
            return EntryRow.expiresAt(rows.data(i), rows.at(i)) <= probe.appendTime();
        }

        private boolean passes(BucketRows rows, int i) {
            if (!probe.filter().accepts(EntryRow.labels(rows.data(i), rows.at(i)))) {
                return false;
            }
            passed.add(rows.idHash(i));
            return true;
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

    private List<Hit> best(ProbeMessage probe, int vectorBytes) {
        top.reset(probe.limit());
        for (int ordinal = 0; ordinal < table.size(); ordinal++) {
            top.offer(scores[ordinal], ordinal);
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
