package io.nearstream.jobs.query.answer;

import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Answers as records of the results topic. */
public final class Answers {
    private Answers() {}

    /** The answer to a record that is no probe; its Kafka key stands for the id. */
    public static OutRecord undecodable(RawRecord record, Reason reason, String message) {
        String id = new String(record.key(), StandardCharsets.UTF_8);
        return encode(refusal(record, id, reason, message), OutRecord.BY_KEY);
    }

    /** The answer to a probe that is not accepted. */
    public static OutRecord refused(
            RawRecord record, Probe probe, int resultPartitions, RefusedException refusal) {
        Integer wanted = probe.getResultPartition();
        boolean valid = wanted != null && wanted >= 0 && wanted < resultPartitions;
        return encode(
                refusal(record, probe.getId(), refusal.reason(), refusal.getMessage()),
                valid ? wanted : OutRecord.BY_KEY);
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

    /** A result on its way to its topic. */
    public static OutRecord encode(ProbeResult result, int partition) {
        return new OutRecord(
                TopicNames.RESULTS,
                partition,
                result.getProbeId().getBytes(StandardCharsets.UTF_8),
                AvroWire.encode(result),
                false);
    }
}
