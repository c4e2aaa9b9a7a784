package io.nearstream.jobs.query.merge;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.gauge.GaugeNote;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.payload.PayloadRequest;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes the answer of what has arrived. Pure. */
final class Merging {
    private Merging() {}

    /** The answer as it stands; complete where every slot is covered. */
    static ProbeResult result(PendingAnswer pending, long nowMicros) {
        ProbeResult result = head(pending, nowMicros);
        result.setAnswers(answers(pending.header().orElseThrow(), pending.shares()));
        return result;
    }

    /**
     * The hits of each query vector.
     *
     * @param shares what each share found for it
     */
    static List<Answer> answers(
            ProbeHeader header,
            Map<Integer, List<List<io.nearstream.jobs.query.message.Hit>>> shares) {
        List<Answer> answers = new ArrayList<>(header.queries());
        for (int ordinal = 0; ordinal < header.queries(); ordinal++) {
            answers.add(answer(header, shares.getOrDefault(ordinal, List.of())));
        }
        return answers;
    }

    /** The answer as it stands, without hits. */
    static ProbeResult head(PendingAnswer pending, long nowMicros) {
        ProbeHeader header = pending.header().orElseThrow();
        int visited = 0;
        int misrouted = 0;
        int unreached = 0;
        long scored = 0;
        long asOf = IndexChange.NEVER;
        for (Partial partial : pending.partials()) {
            visited += partial.bucketsVisited();
            misrouted += partial.misrouted();
            unreached += partial.unreached();
            scored += partial.vectorsScored();
            asOf = Math.min(asOf, partial.asOf());
        }
        ProbeResult result = new ProbeResult();
        result.setProbeId(header.id());
        result.setProbePartition(header.key().partition());
        result.setProbeOffset(header.key().offset());
        result.setAnswers(List.of());
        result.setBucketsVisited(visited);
        result.setBucketsPlanned(visited + misrouted);
        result.setVectorsScored(scored);
        result.setSubtasks(pending.partials().size());
        result.setMessages(header.messages());
        result.setMicros(Math.max(0, nowMicros - header.readAtMicros()));
        result.setAsOf(pending.partials().isEmpty() ? 0 : Math.max(0, asOf));
        status(result, pending.missing(), misrouted, unreached);
        return result;
    }

    private static void status(ProbeResult result, int missing, int misrouted, int unreached) {
        if (missing > 0) {
            result.setStatus(ProbeStatus.PARTIAL);
            result.setReason(Reason.DEADLINE_PASSED.name());
            result.setMessage(
                    "the deadline came before %d of the key groups (or ids) asked for had answered. Allow a longer deadlineMs."
                            .formatted(missing));
        } else if (misrouted > 0) {
            result.setStatus(ProbeStatus.PARTIAL);
            result.setReason(Reason.MISROUTED.name());
            result.setMessage(
                    "%d buckets were asked for at subtasks that do not own them. Send the probe again."
                            .formatted(misrouted));
        } else if (unreached > 0) {
            result.setStatus(ProbeStatus.PARTIAL);
            result.setReason(Reason.FILTER_BUDGET.name());
            result.setMessage(
                    "so few records pass the filter that the target recall needs more buckets than 'nearstream.query.filter-buckets-max' allows. Raise it, ask for a lower targetRecall, or exhaustive.");
        } else {
            result.setStatus(ProbeStatus.COMPLETE);
        }
    }

    private static Answer answer(
            ProbeHeader header, List<List<io.nearstream.jobs.query.message.Hit>> shares) {
        List<io.nearstream.jobs.query.message.Hit> best = DistinctHits.of(shares, header.limit());
        Answer answer = new Answer();
        answer.setHits(
                best.stream().limit(header.limit()).map(found -> hit(header, found)).toList());
        answer.setTruncated(header.range() && best.size() > header.limit());
        return answer;
    }

    private static Hit hit(ProbeHeader header, io.nearstream.jobs.query.message.Hit found) {
        byte[] row = found.row();
        Hit hit = new Hit();
        hit.setId(EntryRow.id(row, 0));
        hit.setDistance(
                header.metric() == Metric.L2
                        ? Math.sqrt(Math.max(0, found.score()))
                        : found.score());
        hit.setVersionTime(EntryRow.time(row, 0));
        hit.setVersionPartition(EntryRow.partition(row, 0));
        hit.setVersionOffset(EntryRow.offset(row, 0));
        hit.setLabels(EntryRow.labels(row, 0));
        if (header.withVectors() && !EntryRow.isCoded(row, 0)) {
            int at = EntryRow.vectorAt(row, 0, header.vectorBytes());
            hit.setVector(ByteBuffer.wrap(row, at, header.vectorBytes()).slice());
        }
        return hit;
    }

    /** What the gauge of recall needs of a whole answer: the hits to its first query vector. */
    static Optional<GaugeNote> gauged(ProbeHeader header, ProbeResult result, long nowMs) {
        if (result.getStatus() != ProbeStatus.COMPLETE) {
            return Optional.empty();
        }
        List<Hit> hits = result.getAnswers().get(0).getHits();
        return Optional.of(
                GaugeNote.answered(
                        header.key(),
                        header.collectionUid(),
                        result.getAsOf(),
                        nowMs,
                        hits.stream().map(Hit::getId).toList(),
                        hits.stream().mapToDouble(Hit::getDistance).toArray()));
    }

    /** The payloads that the answer needs: of those hits whose records have one. */
    static List<PayloadRequest> payloadsOf(
            ProbeHeader header,
            ProbeResult result,
            Stream<io.nearstream.jobs.query.message.Hit> all) {
        if (!header.withPayloads()) {
            return List.of();
        }
        Set<String> havePayload = new HashSet<>();
        all.filter(hit -> EntryRow.hasPayload(hit.row(), 0))
                .forEach(hit -> havePayload.add(EntryRow.id(hit.row(), 0)));
        List<PayloadRequest> requests = new ArrayList<>();
        for (int query = 0; query < result.getAnswers().size(); query++) {
            List<Hit> hits = result.getAnswers().get(query).getHits();
            for (int rank = 0; rank < hits.size(); rank++) {
                Hit hit = hits.get(rank);
                if (havePayload.contains(hit.getId())) {
                    requests.add(
                            new PayloadRequest(
                                    header.key(),
                                    query,
                                    rank,
                                    new RecordKey(header.collectionUid(), hit.getId()),
                                    new Version(
                                            hit.getVersionTime(),
                                            hit.getVersionPartition(),
                                            hit.getVersionOffset())));
                }
            }
        }
        return requests;
    }

    /** The answer to a probe that came while too many were pending. */
    static ProbeResult tooMany(ProbeHeader header, int max) {
        return ProbeResult.newBuilder()
                .setProbeId(header.id())
                .setProbePartition(header.key().partition())
                .setProbeOffset(header.key().offset())
                .setStatus(ProbeStatus.REFUSED)
                .setReason(Reason.TOO_MANY_PENDING.name())
                .setMessage(
                        "%d probes are pending at this subtask, the most that 'nearstream.query.pending-max' allows. Send the probe again later."
                                .formatted(max))
                .setAnswers(List.of())
                .build();
    }
}
