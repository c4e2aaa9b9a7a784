package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.route.Owners;
import java.util.List;
import java.util.Optional;

/**
 * What the record store is asked: to score the candidates of one probe that lie at one of its
 * subtasks, or to send one record on its way to other buckets.
 *
 * @param target the subtask as {@link Owners#partitioner} takes it, or a key group
 * @param probe that asks; of no meaning for a move
 * @param collectionUid the collection of the candidates
 * @param deadlineAt wall clock at which nobody waits for the scores any more, milliseconds since
 *     1970; of no meaning for a move
 * @param check what is to be known of the probe; a check with one vector is for every query
 * @param candidates none for a move
 * @param move the other kind of request
 */
public record RecordRequest(
        int target,
        ProbeKey probe,
        long collectionUid,
        long deadlineAt,
        RecordCheck check,
        List<Candidate> candidates,
        Optional<MoveRequest> move) {
    private static final int FIXED_BYTES = 96;
    private static final int CANDIDATE_BYTES = 40;
    private static final RecordCheck NO_CHECK =
            new RecordCheck(0, LabelFilter.NONE, false, List.of());

    /** Asks one subtask to score candidates. */
    public static RecordRequest score(
            int target,
            ProbeKey probe,
            long collectionUid,
            long deadlineAt,
            RecordCheck check,
            List<Candidate> candidates) {
        return new RecordRequest(
                target, probe, collectionUid, deadlineAt, check, candidates, Optional.empty());
    }

    /** The same, for one of its candidates: what waits here for that record to come. */
    RecordRequest forOne(Candidate candidate) {
        return score(
                target,
                probe,
                collectionUid,
                deadlineAt,
                RecordScorer.forOne(check, candidate),
                List.of(candidate));
    }

    /** Bytes that it takes while it waits, about. */
    long bytes() {
        long bytes = FIXED_BYTES;
        for (byte[] vector : check.vectors()) {
            bytes += vector.length;
        }
        for (Candidate candidate : candidates) {
            bytes += CANDIDATE_BYTES + candidate.id().length();
        }
        LabelFilter filter = check.filter();
        for (List<String> labels : List.of(filter.anyOf(), filter.allOf(), filter.noneOf())) {
            for (String label : labels) {
                bytes += label.length();
            }
        }
        return bytes;
    }

    /** Whether nobody waits for it any more; never so for a move. */
    boolean isLate(long now) {
        return move.isEmpty() && deadlineAt <= now;
    }

    /**
     * Asks for a move.
     *
     * @param keyGroup of the record
     */
    public static RecordRequest move(int keyGroup, MoveRequest move) {
        return new RecordRequest(
                keyGroup,
                new ProbeKey(-1, -1),
                move.record().collectionUid(),
                0,
                NO_CHECK,
                List.of(),
                Optional.of(move));
    }
}
