package io.nearstream.jobs.query.answer;

import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Answers as records of the results topic. */
public final class Answers {
    /** Leaves room for the key and Kafka's own fields within the topic's 4 MiB. */
    public static final int RESULT_BYTES_MAX = (4 << 20) - (16 << 10);

    /** As long as a probe's id may be; of a longer one, this much comes back. */
    public static final int PROBE_ID_BYTES_MAX = 512;

    private Answers() {}

    /** The answer to a record that is no probe; its Kafka key stands for the id. */
    public static OutRecord undecodable(RawRecord record, Reason reason, String message) {
        return encode(refusal(record, id(record.key()), reason, message), OutRecord.BY_KEY);
    }

    /** The answer to a probe that is not accepted. */
    public static OutRecord refused(
            RawRecord record, Probe probe, int resultPartitions, RefusedException refusal) {
        Integer wanted = probe.getResultPartition();
        boolean valid = wanted != null && wanted >= 0 && wanted < resultPartitions;
        return encode(
                refusal(
                        record,
                        id(probe.getId().getBytes(StandardCharsets.UTF_8)),
                        refusal.reason(),
                        refusal.getMessage()),
                valid ? wanted : OutRecord.BY_KEY);
    }

    /** What was sent may be as large as a Kafka record: whole, it would not fit its answer. */
    private static String id(byte[] sent) {
        return new String(
                sent, 0, Math.min(sent.length, PROBE_ID_BYTES_MAX), StandardCharsets.UTF_8);
    }

    private static ProbeResult refusal(RawRecord record, String id, Reason reason, String message) {
        return ProbeResult.newBuilder()
                .setProbeId(id)
                .setProbePartition(record.partition())
                .setProbeOffset(record.offset())
                .setStatus(ProbeStatus.REFUSED)
                .setReason(reason.name())
                .setMessage(message)
                .setAnswers(List.of())
                .build();
    }

    /**
     * A result on its way to its topic. One that Kafka would not take goes without vectors and
     * payloads, and with fewer hits if that is not enough; it is then partial and says so.
     */
    public static OutRecord encode(ProbeResult result, int partition) {
        byte[] key = result.getProbeId().getBytes(StandardCharsets.UTF_8);
        byte[] value = AvroWire.encode(result);
        if (value.length > RESULT_BYTES_MAX) {
            value = shrink(result, value.length);
        }
        return new OutRecord(TopicNames.RESULTS, partition, key, value, false);
    }

    /**
     * A result whose payloads were too large to be gathered: it goes as {@link #encode} sends one
     * that is too large.
     *
     * @param bytes what it would have had
     */
    public static OutRecord encodeWithoutPayloads(ProbeResult result, int partition, long bytes) {
        byte[] key = result.getProbeId().getBytes(StandardCharsets.UTF_8);
        return new OutRecord(TopicNames.RESULTS, partition, key, shrink(result, bytes), false);
    }

    private static byte[] shrink(ProbeResult result, long bytes) {
        result.setStatus(ProbeStatus.PARTIAL);
        result.setReason(Reason.ANSWER_TOO_LARGE.name());
        result.setMessage(
                "the answer has %d bytes, but %d at most fit: vectors and payloads are left out, and hits where marked truncated. Ask for fewer hits."
                        .formatted(bytes, RESULT_BYTES_MAX));
        for (Answer answer : result.getAnswers()) {
            for (Hit hit : answer.getHits()) {
                hit.setVector(null);
                hit.setPayload(null);
            }
        }
        byte[] value = AvroWire.encode(result);
        while (value.length > RESULT_BYTES_MAX) {
            for (Answer answer : result.getAnswers()) {
                int kept = answer.getHits().size() / 2;
                answer.setHits(List.copyOf(answer.getHits().subList(0, kept)));
                answer.setTruncated(true);
            }
            value = AvroWire.encode(result);
        }
        return value;
    }
}
