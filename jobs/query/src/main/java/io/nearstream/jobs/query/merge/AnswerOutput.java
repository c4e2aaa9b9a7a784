package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.query.answer.Answers;
import io.nearstream.jobs.query.answer.ProbeMetrics;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.payload.OpenAnswer;
import io.nearstream.jobs.query.payload.PayloadRequest;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.wire.AvroWire;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Where answers go that have all their hits: out, or on to their payloads. */
final class AnswerOutput {
    private final Output<StreamRecord<OutRecord>> output;
    private final ProbeMetrics metrics;
    private final GaugeSettings gauge;

    AnswerOutput(
            Output<StreamRecord<OutRecord>> output, ProbeMetrics metrics, GaugeSettings gauge) {
        this.output = output;
        this.metrics = metrics;
        this.gauge = gauge;
    }

    /**
     * Sends an answer on its way, and tells the gauge of it.
     *
     * @param hits that it was made of
     */
    void finish(ProbeHeader header, ProbeResult result, Stream<Hit> hits, long nowMicros) {
        if (!header.fetch() && !header.range() && gauge.samples(header.id())) {
            Merging.gauged(header, result, nowMicros / 1_000)
                    .ifPresent(
                            note -> output.collect(MergeOperator.GAUGED, new StreamRecord<>(note)));
        }
        List<PayloadRequest> payloads = Merging.payloadsOf(header, result, hits);
        if (payloads.isEmpty()) {
            emit(header, result);
            return;
        }
        byte[] withoutPayloads = AvroWire.encode(result);
        if (withoutPayloads.length > Answers.RESULT_BYTES_MAX) {
            emit(header, result); // too large already, and says so
            return;
        }
        OpenAnswer open =
                new OpenAnswer(
                        header.key(),
                        withoutPayloads,
                        header.resultPartition(),
                        payloads.size(),
                        header.deadlineAt());
        output.collect(MergeOperator.OPEN, new StreamRecord<>(open));
        for (PayloadRequest request : payloads) {
            output.collect(MergeOperator.PAYLOAD_REQUESTS, new StreamRecord<>(request));
        }
    }

    /** Sends an answer out as it is. */
    void emit(ProbeHeader header, ProbeResult result) {
        output.collect(new StreamRecord<>(Answers.encode(result, header.resultPartition())));
        metrics.answered(result); // as it went out: one that is too large has become partial
    }
}
