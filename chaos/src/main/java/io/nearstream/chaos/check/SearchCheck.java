package io.nearstream.chaos.check;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Answer.Hit;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges answers to searches and fetches.
 *
 * <p>What an answer had to see of a record is its state at an append time: the one that was asked
 * for, or the one that the answer itself says to cover, whichever is later. What it may show is
 * that state, or one that a later write made which had left its client when the answer came. Each
 * record may be shown in any such state independently of the others: no cut through all records is
 * asked for, as no answer promises one. The payload of a hit may be that of a later write than its
 * vector, as long as that had left its client.
 */
final class SearchCheck {
    /** Of a distance, whose square is a whole number here. */
    private static final double TOLERANCE = 1e-6;

    private static final byte[] NOTHING = {};
    private static final long NO_BYTES = Content.hash(NOTHING);

    private final RecordModel model;
    private final Findings findings;

    SearchCheck(RecordModel model, Findings findings) {
        this.model = model;
        this.findings = findings;
    }

    void check(Operation operation) {
        if (!(operation.answer() instanceof Answer.Found found)) {
            return;
        }
        if (operation.ask() instanceof Ask.Search search) {
            long least = Math.max(search.atLeast(), found.asOf());
            for (int i = 0; i < found.answers().size(); i++) {
                byte[] query = model.content().vector(search.queries().get(i));
                Answer.Hits hits = found.answers().get(i);
                boolean whole = found.complete() && search.exhaustive();
                new One(operation, query, least, search.last())
                        .search(hits, search.k(), whole && !hits.truncated());
            }
            requireAll(operation, found, search.queries().size());
        } else if (operation.ask() instanceof Ask.Fetch fetch) {
            long least = Math.max(fetch.atLeast(), found.asOf());
            for (int i = 0; i < found.answers().size(); i++) {
                new One(operation, null, least, fetch.last())
                        .fetch(fetch.ids().get(i), found.answers().get(i), found.complete());
            }
            requireAll(operation, found, fetch.ids().size());
        }
    }

    private void requireAll(Operation operation, Answer.Found found, int asked) {
        if (found.complete() && found.answers().size() != asked) {
            findings.add(
                    Violation.WRONG_ANSWERS,
                    "operation %d asked for %d answers and got %d",
                    operation.number(),
                    asked,
                    found.answers().size());
        }
    }

    /** One query of one operation. */
    private final class One {
        private final Operation operation;
        private final byte[] query;
        private final long least;
        private final boolean last;

        One(Operation operation, byte[] query, long least, boolean last) {
            this.operation = operation;
            this.query = query;
            this.least = least;
            this.last = last;
        }

        void fetch(String id, Answer.Hits answer, boolean complete) {
            Set<String> shown = new HashSet<>();
            for (Hit hit : answer.hits()) {
                if (hit.id().equals(id)) {
                    state(hit, shown);
                } else {
                    say(Violation.WRONG_ANSWERS, "'%s' was asked for, but '%s' came", id, hit.id());
                }
            }
            RecordHistory record = model.records().get(id);
            if (complete && record != null && !shown.contains(id) && !mayHide(record, 0)) {
                missing(id, record);
            }
        }

        void search(Answer.Hits answer, int k, boolean whole) {
            Set<String> shown = new HashSet<>();
            List<Hit> hits = answer.hits();
            long farthest = 0;
            boolean known = true;
            double before = 0;
            for (Hit hit : hits) {
                int state = state(hit, shown);
                known &= state > 0;
                if (state > 0) {
                    farthest = Math.max(farthest, distance(model.records().get(hit.id()), state));
                }
                if (hit.distance() < before) {
                    say(Violation.WRONG_ANSWERS, "'%s' comes behind a farther hit", hit.id());
                }
                before = hit.distance();
            }
            if (k > 0 && hits.size() > k) {
                say(Violation.WRONG_ANSWERS, "%d nearest were asked for, %d came", k, hits.size());
            }
            if (!whole || !known) {
                return; // Beside a hit that is no record, nothing can be said of what it displaced.
            }
            long bound = k > 0 && shown.size() >= k ? farthest : Long.MAX_VALUE;
            for (Map.Entry<String, RecordHistory> entry : model.records().entrySet()) {
                if (!shown.contains(entry.getKey()) && !mayHide(entry.getValue(), bound)) {
                    missing(entry.getKey(), entry.getValue());
                }
            }
        }

        /** The state that a hit shows; 0 if that is none, which has been said then. */
        private int state(Hit hit, Set<String> shown) {
            if (!shown.add(hit.id())) {
                say(Violation.DUPLICATES, "'%s' came twice", hit.id());
                return 0;
            }
            RecordHistory record = model.records().get(hit.id());
            int state = record == null ? -1 : record.of(hit.at());
            if (state < 1 || record.isAbsent(state)) {
                say(Violation.PHANTOMS, "nobody put '%s' at %s", hit.id(), hit.at());
                return 0;
            }
            if (record.isForeign(state)) {
                say(Violation.PHANTOMS, "%s was written by nobody of the run", hit);
                return 0;
            }
            int must = record.asOf(least);
            if (state < must) {
                tooOld(hit, record, state, must);
            } else if (!record.mayShow(state, must, operation.ended())) {
                say(Violation.PHANTOMS, "%s was written only after the answer", hit);
            }
            checkContent(hit, record, state);
            return state;
        }

        private void tooOld(Hit hit, RecordHistory record, int state, int must) {
            boolean resurrected = record.deletedBetween(state, must);
            Violation stale = last ? Violation.LOST : Violation.WRONG_ANSWERS;
            say(
                    resurrected ? Violation.RESURRECTED : stale,
                    "%s is older than %s, which had to be seen",
                    hit,
                    record.version(must).at());
        }

        private void checkContent(Hit hit, RecordHistory record, int state) {
            RecordHistory.Version version = record.version(state);
            if (hit.vector() != null && hit.vector() != Content.hash(version.vector())) {
                say(Violation.CORRUPT, "%s has another vector than was written", hit);
            }
            boolean given = hit.payload() != null && !(isPartial() && hit.payload() == NO_BYTES);
            if (given && !mayCarry(record, state, hit.payload())) {
                say(Violation.CORRUPT, "%s has another payload than was written", hit);
            }
            double right = query == null ? 0 : Math.sqrt(distance(record, state));
            if (!(Math.abs(hit.distance() - right) <= TOLERANCE * Math.max(1, right))) {
                say(Violation.WRONG_ANSWERS, "%s is at a distance of %s", hit, right);
            }
        }

        /** Then payloads may not have come in time. */
        private boolean isPartial() {
            return !((Answer.Found) operation.answer()).complete();
        }

        /** A payload is looked up after the hit was found: it is of that version or a later one. */
        private boolean mayCarry(RecordHistory record, int state, long payload) {
            int end = Math.max(state + 1, record.statesBegunBefore(operation.ended()));
            for (int later = state; later < end; later++) {
                byte[] written =
                        record.isAbsent(later)
                                ? NOTHING
                                : model.content().payload(record.version(later).token());
                if (record.mayShow(later, state, operation.ended())
                        && Content.hash(written) == payload) {
                    return true;
                }
            }
            return false;
        }

        /** Squared. */
        private long distance(RecordHistory record, int state) {
            byte[] vector = record.version(state).vector();
            long sum = 0;
            for (int i = 0; i < vector.length; i++) {
                int difference = (vector[i] & 0xFF) - (query[i] & 0xFF);
                sum += (long) difference * difference;
            }
            return sum;
        }

        /** Whether a record may be in a state in which it is not among the nearest. */
        private boolean mayHide(RecordHistory record, long bound) {
            int must = record.asOf(least);
            int end = Math.max(must + 1, record.statesBegunBefore(operation.ended()));
            for (int state = must; state < end; state++) {
                if (record.mayShow(state, must, operation.ended())
                        && (record.isAbsent(state)
                                || record.isForeign(state)
                                || (query != null
                                        && bound != Long.MAX_VALUE
                                        && distance(record, state) >= bound))) {
                    return true;
                }
            }
            return false;
        }

        private void missing(String id, RecordHistory record) {
            int must = record.asOf(least);
            say(
                    last ? Violation.LOST : Violation.WRONG_ANSWERS,
                    "'%s' is missing, which has been there since %s",
                    id,
                    must == 0 ? "its first write" : record.version(must).at());
        }

        private void say(Violation violation, String format, Object... details) {
            findings.add(
                    violation,
                    "operation %d (%s, to see all up to %d): %s",
                    operation.number(),
                    operation.ask().getClass().getSimpleName(),
                    least,
                    format.formatted(details));
        }
    }
}
