package io.nearstream.jobs.query.merge;

import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.message.RerankPlan;
import io.nearstream.jobs.query.rerank.Candidate;
import io.nearstream.jobs.query.rerank.RecordRequest;
import io.nearstream.jobs.query.rerank.Scored;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Which candidates are scored again, and what their scores make of the answer. Pure. */
final class Reranking {
    /** Of a probe's time, one part in so many is kept for exact scores, up to a number of ms. */
    private static final int TIME_SHARE = 10;

    private static final long TIME_MAX_MS = 100;

    private Reranking() {}

    /**
     * Wall clock at which an answer waits for shares no longer: its deadline, but a little before
     * it where candidates are to be scored again, so that what was found goes out with exact
     * scores.
     */
    static long sharesDueAt(ProbeHeader header) {
        if (header.rerank().isEmpty()) {
            return header.deadlineAt();
        }
        long time = Math.max(0, header.deadlineAt() - header.readAtMicros() / 1_000);
        return header.deadlineAt() - Math.min(TIME_MAX_MS, time / TIME_SHARE);
    }

    /** The best candidates of all shares; empty where none of them needs the record store. */
    static Optional<OpenRerank> open(PendingAnswer pending, long nowMicros) {
        ProbeHeader header = pending.header().orElseThrow();
        if (header.rerank().isEmpty()) {
            return Optional.empty();
        }
        int most = header.rerank().get().candidates();
        List<PartAnswer> candidates = new ArrayList<>(header.queries());
        List<Integer> cut = new ArrayList<>();
        int asked = 0;
        for (Map.Entry<Integer, List<List<Hit>>> found : pending.shares().entrySet()) {
            List<Hit> best = DistinctHits.of(found.getValue(), most).stream().limit(most).toList();
            candidates.add(new PartAnswer(found.getKey(), best));
            asked += (int) best.stream().filter(hit -> isOpen(header, hit)).count();
            if (best.size() == most) {
                cut.add(found.getKey());
            }
        }
        if (asked == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new OpenRerank(
                        header.withoutQueries(),
                        AvroWire.encode(Merging.head(pending, nowMicros)),
                        candidates,
                        asked,
                        cut.stream().mapToInt(Integer::intValue).toArray()));
    }

    /** Whether only the record store knows what is wanted of a hit. */
    private static boolean isOpen(ProbeHeader header, Hit hit) {
        return EntryRow.isCoded(hit.row(), 0) && (!header.fetch() || header.withVectors());
    }

    /**
     * One request for each subtask of the record store that has any of the candidates.
     *
     * @param check of the probe, with its query vectors
     */
    static List<RecordRequest> requests(
            OpenRerank open, RecordCheck check, Owners owners, int subtasks) {
        ProbeHeader header = open.header();
        Map<Integer, List<Candidate>> bySubtask = new HashMap<>();
        for (PartAnswer answer : open.candidates()) {
            for (int rank = 0; rank < answer.hits().size(); rank++) {
                byte[] row = answer.hits().get(rank).row();
                if (isOpen(header, answer.hits().get(rank))) {
                    String id = EntryRow.id(row, 0);
                    int keyGroup =
                            KeyGroupRangeAssignment.assignToKeyGroup(
                                    new RecordKey(header.collectionUid(), id),
                                    owners.maxParallelism());
                    bySubtask
                            .computeIfAbsent(
                                    owners.subtask(keyGroup, subtasks), key -> new ArrayList<>())
                            .add(
                                    new Candidate(
                                            answer.ordinal(), rank, id, EntryRow.version(row, 0)));
                }
            }
        }
        List<RecordRequest> requests = new ArrayList<>(bySubtask.size());
        bySubtask.forEach(
                (subtask, candidates) ->
                        requests.add(
                                RecordRequest.score(
                                        Owners.toSubtask(subtask),
                                        header.key(),
                                        header.collectionUid(),
                                        header.deadlineAt(),
                                        check,
                                        candidates)));
        return requests;
    }

    /**
     * The hits of each query vector once the record store has spoken. Of k nearest, one that it has
     * said nothing of keeps its estimate; within a radius it is no hit.
     */
    static Map<Integer, List<Hit>> hits(OpenRerank open, List<Scored> scored) {
        RerankPlan plan = open.header().rerank().orElseThrow();
        Map<Integer, Scored[]> known = new HashMap<>();
        for (PartAnswer answer : open.candidates()) {
            known.put(answer.ordinal(), new Scored[answer.hits().size()]);
        }
        for (Scored score : scored) {
            known.get(score.query())[score.rank()] = score;
        }
        Map<Integer, List<Hit>> hits = new HashMap<>();
        for (PartAnswer answer : open.candidates()) {
            List<Hit> of = new ArrayList<>(answer.hits().size());
            for (int rank = 0; rank < answer.hits().size(); rank++) {
                Hit candidate = answer.hits().get(rank);
                Scored exact = known.get(answer.ordinal())[rank];
                if (exact == null) {
                    if (!open.header().range() || !isOpen(open.header(), candidate)) {
                        of.add(candidate);
                    }
                } else if (!open.header().range() || exact.score() <= plan.radiusScore()) {
                    if (exact.score() == exact.score()) { // not gone
                        byte[] row = exact.row().length > 0 ? exact.row() : candidate.row();
                        of.add(new Hit(exact.score(), row));
                    }
                }
            }
            hits.put(answer.ordinal(), of);
        }
        return hits;
    }

    /**
     * The answer of these hits.
     *
     * @param head without hits
     * @param scored what the record store has said
     */
    static ProbeResult result(
            OpenRerank open,
            ProbeResult head,
            Map<Integer, List<Hit>> hits,
            List<Scored> scored,
            long nowMicros) {
        ProbeHeader header = open.header();
        Map<Integer, List<List<Hit>>> one = new HashMap<>();
        hits.forEach((ordinal, of) -> one.put(ordinal, List.of(of)));
        List<Answer> answers = Merging.answers(header, one);
        if (header.range()) {
            for (int ordinal : open.cut()) {
                answers.get(ordinal).setTruncated(true);
            }
        }
        head.setAnswers(answers);
        head.setMicros(Math.max(0, nowMicros - header.readAtMicros()));
        int missing = open.asked() - scored.size();
        if (missing > 0) {
            if (!header.fetch()) {
                markEstimates(open, scored, answers);
            }
            sayMissing(head, open, missing);
        }
        return head;
    }

    /** Marks the hits whose distances come from their codes. */
    private static void markEstimates(OpenRerank open, List<Scored> scored, List<Answer> answers) {
        for (PartAnswer of : open.candidates()) {
            Set<String> estimated = new HashSet<>();
            for (Hit candidate : of.hits()) {
                if (isOpen(open.header(), candidate)) {
                    estimated.add(EntryRow.id(candidate.row(), 0));
                }
            }
            for (Scored exact : scored) {
                if (exact.query() == of.ordinal()) {
                    estimated.remove(EntryRow.id(of.hits().get(exact.rank()).row(), 0));
                }
            }
            answers.get(of.ordinal())
                    .getHits()
                    .forEach(hit -> hit.setEstimated(estimated.contains(hit.getId())));
        }
    }

    private static void sayMissing(ProbeResult head, OpenRerank open, int missing) {
        ProbeHeader header = open.header();
        String what =
                header.range()
                        ? "these are left out"
                        : header.fetch()
                                ? "hits among them come without vectors"
                                : header.withVectors()
                                        ? "hits among them are marked estimated and come without vectors"
                                        : "hits among them are marked estimated";
        String message =
                "the deadline came before %d of %d candidates had been read from the record store: %s. Allow a longer deadlineMs."
                        .formatted(missing, open.asked(), what);
        if (head.getStatus() == ProbeStatus.COMPLETE) {
            head.setStatus(ProbeStatus.PARTIAL);
            head.setReason(Reason.DEADLINE_PASSED.name());
            head.setMessage(message);
        } else {
            head.setMessage(head.getMessage() + " Besides, " + message);
        }
    }
}
