package io.nearstream.jobs.query.rerank;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.RecordCheck;
import java.util.HashMap;
import java.util.Map;

/**
 * Scores the records that one request asks for, exactly. Where the store has a newer version than
 * the one that was found, that one is scored, by its own labels and expiry: a record is seen as it
 * was or as it is, never as neither. Belongs to one thread.
 */
final class RecordScorer {
    private static final byte[] SAME_ROW = {};

    private final VectorSpace space;
    private final RecordCheck check;
    private final Map<Integer, VectorSpace.Query> queries = new HashMap<>();

    RecordScorer(VectorSpace space, RecordCheck check) {
        this.space = space;
        this.check = check;
    }

    /**
     * What is said of a candidate.
     *
     * @param row of its record, at least as new
     */
    Scored score(Candidate candidate, byte[] row) {
        boolean same = EntryRow.version(row, 0).equals(candidate.version());
        boolean hit =
                !EntryRow.isRemoval(row, 0)
                        && (same
                                || (EntryRow.expiresAt(row, 0) > check.appendTime()
                                        && check.filter().accepts(EntryRow.labels(row, 0))));
        if (!hit) {
            return new Scored(candidate.query(), candidate.rank(), Double.NaN, SAME_ROW);
        }
        byte[] answer =
                same && !check.withVectors()
                        ? SAME_ROW
                        : EntryRow.forAnswer(row, 0, space.vectorBytes(), check.withVectors());
        return new Scored(candidate.query(), candidate.rank(), exact(candidate, row), answer);
    }

    private double exact(Candidate candidate, byte[] row) {
        if (check.vectors().isEmpty()) {
            return 0; // fetched by id
        }
        int vector = check.vectors().size() == 1 ? 0 : candidate.query();
        VectorSpace.Query query =
                queries.computeIfAbsent(
                        vector, ordinal -> space.query(check.vectors().get(ordinal)));
        return space.score(
                query,
                row,
                EntryRow.vectorAt(row, 0, space.vectorBytes()),
                EntryRow.inverseNorm(row, 0));
    }

    /** What a candidate that waits for its record needs of the check. */
    static RecordCheck forOne(RecordCheck check, Candidate candidate) {
        return check.vectors().size() <= 1
                ? check
                : new RecordCheck(
                        check.appendTime(),
                        check.filter(),
                        check.withVectors(),
                        check.vectors().subList(candidate.query(), candidate.query() + 1));
    }
}
