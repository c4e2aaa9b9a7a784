package io.nearstream.jobs.query.bucket;

import io.nearstream.core.codes.CellCodes;
import io.nearstream.core.codes.CodeReference;
import io.nearstream.core.codes.VectorCode;
import io.nearstream.core.model.CollectionSettings;
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
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Scores the entries of the buckets that a probe visits at this subtask by their codes, and gives
 * the best candidates, more than there will be hits: the record store scores them exactly. Rows
 * with their whole vector are scored exactly here. Within a radius it gives whatever may be a hit
 * for all that the code can tell. Belongs to the task's thread; reused.
 */
final class CodedSearch {
    /** Score of what is expired, filtered out or surely too far. */
    private static final double NO_CANDIDATE = Double.NaN;

    /** Of a bucket that has whole vectors: of a code there nothing would be known. */
    private static final VectorCode.Estimates UNKNOWN = (codes, at) -> Double.MAX_VALUE;

    private final SharedRows shared;
    private final IntConsumer visitedRows;
    private final VisitedRows visited = new VisitedRows();
    private final CandidateTable table = new CandidateTable(visited::isSameId);
    private final TopK top = new TopK(1);

    private double[] scores = new double[1_024];

    /**
     * Searches a store.
     *
     * @param visitedRows is told the rows of each bucket that is visited
     */
    CodedSearch(BucketStore store, IntConsumer visitedRows) {
        this.shared = new SharedRows(store);
        this.visitedRows = visitedRows;
    }

    /**
     * The best candidates of each query vector.
     *
     * @param codes of the collection's newest generation
     * @param buckets for each query of the message, the buckets to visit, all owned by this subtask
     * @param widening which others where the filter lets few records through
     * @param late whether nobody waits for the answer any more
     * @return empty where it became late
     */
    Optional<Found> search(
            ProbeMessage probe,
            CollectionSettings settings,
            CellCodes codes,
            List<int[]> buckets,
            Optional<Widening.Rule> widening,
            BooleanSupplier late)
            throws Exception {
        VectorSpace space = VectorSpace.of(settings);
        int candidates = CellCodes.candidates(settings, probe.limit());
        List<PartAnswer> answers = new ArrayList<>(probe.queries().size());
        long scored = 0;
        int widened = 0;
        int unreached = 0;
        boolean over = false;
        for (int i = 0; i < probe.queries().size() && !over; i++) {
            QueryPart query = probe.queries().get(i);
            Optional<Widening> more = widening.map(rule -> rule.of(query.vector()));
            Scoring scoring = new Scoring(probe, space, codes, query.vector());
            table.reset();
            visited.clear();
            for (int[] next = buckets.get(i); next != null && !over; ) {
                for (int bucket : next) {
                    over |= late.getAsBoolean();
                    if (over) {
                        break;
                    }
                    BucketRows rows = shared.of(probe, bucket);
                    visitedRows.accept(rows.count());
                    scoring.score(bucket, rows, visited.add(rows));
                }
                next = more.isPresent() ? more.get().next(table.size(), scoring.passed) : null;
            }
            scored += scoring.passed;
            widened += more.map(Widening::visited).orElse(0);
            unreached += more.filter(Widening::budgetEnded).isPresent() ? 1 : 0;
            answers.add(
                    new PartAnswer(query.ordinal(), best(probe, space.vectorBytes(), candidates)));
            visited.clear(); // nothing of a bucket is held between probes
        }
        shared.clear();
        return over
                ? Optional.empty()
                : Optional.of(new Found(answers, scored, widened, unreached));
    }

    /** One query vector's way through the buckets. */
    private final class Scoring {
        private final ProbeMessage probe;
        private final VectorSpace space;
        private final CellCodes codes;
        private final byte[] vector;
        private final VectorSpace.Query exact;
        private final VectorCode.Query coded;
        private final int codeBytes;
        private final boolean filtered;
        private VectorCode.Estimates estimates = UNKNOWN;

        /** What is estimated to be farther is no candidate. */
        private double far;

        /** Records that no filter or expiry keeps out. */
        private long passed;

        private Scoring(ProbeMessage probe, VectorSpace space, CellCodes codes, byte[] vector) {
            this.probe = probe;
            this.space = space;
            this.codes = codes;
            this.vector = vector;
            this.exact = space.query(vector);
            this.coded = codes.code().query(vector);
            this.codeBytes = codes.code().bytes();
            this.filtered = !probe.filter().isEmpty();
        }

        private void score(int bucket, BucketRows rows, int firstRef) {
            if (rows.count() == 0) {
                return;
            }
            Optional<CodeReference> about = codes.reference(bucket);
            estimates = about.map(coded::about).orElse(UNKNOWN);
            far =
                    about.isPresent() && probe.isRange()
                            ? probe.radiusScore()
                                    + codes.code().slack(vector, about.get(), probe.radiusScore())
                            : Double.POSITIVE_INFINITY;
            for (int i = 0; i < rows.count(); i++) {
                int known = table.size();
                int ordinal = rows.addTo(table, i, firstRef + i);
                if (ordinal == CandidateTable.SUPERSEDED) {
                    continue;
                }
                if (ordinal >= scores.length) {
                    scores = Arrays.copyOf(scores, 2 * scores.length);
                }
                if (!isCandidate(rows, i)) {
                    scores[ordinal] = NO_CANDIDATE;
                    continue;
                }
                passed += ordinal == known ? 1 : 0;
                scores[ordinal] = score(rows, i);
            }
        }

        private double score(BucketRows rows, int i) {
            byte[] block = rows.data(i);
            int row = rows.at(i);
            if (EntryRow.isCoded(block, row)) {
                double estimate =
                        estimates.score(block, row + EntryRow.length(block, row) - codeBytes);
                return estimate <= far ? estimate : NO_CANDIDATE;
            }
            double score =
                    space.score(
                            exact,
                            block,
                            EntryRow.vectorAt(block, row, space.vectorBytes()),
                            EntryRow.inverseNorm(block, row));
            return probe.isRange() && score > probe.radiusScore() ? NO_CANDIDATE : score;
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
    }

    private List<Hit> best(ProbeMessage probe, int vectorBytes, int candidates) {
        top.reset(candidates);
        for (int ordinal = 0; ordinal < table.size(); ordinal++) {
            if (scores[ordinal] == scores[ordinal]) { // not NO_CANDIDATE
                top.offer(scores[ordinal], ordinal);
            }
        }
        double[] nearest = top.drainScores();
        int[] ordinals = top.drainRefs();
        List<Hit> hits = new ArrayList<>(ordinals.length);
        for (int i = 0; i < ordinals.length; i++) {
            byte[] row =
                    visited.forAnswer(table.ref(ordinals[i]), vectorBytes, probe.withVectors());
            hits.add(new Hit(nearest[i], row));
        }
        return hits;
    }
}
