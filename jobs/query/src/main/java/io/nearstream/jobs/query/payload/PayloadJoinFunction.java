package io.nearstream.jobs.query.payload;

import io.nearstream.core.model.Reason;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.query.answer.Answers;
import io.nearstream.jobs.query.answer.ProbeMetrics;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Puts payloads into answers. Keyed by probe. Input 1: answers that wait for payloads. Input 2:
 * payloads. Output: the answer, when all its payloads are there or the deadline has come.
 */
public final class PayloadJoinFunction
        extends KeyedCoProcessFunction<ProbeKey, OpenAnswer, PayloadPart, OutRecord> {
    private static final long serialVersionUID = 1L;

    /** How long payloads may come after their answer went out. */
    private static final long STRAY_MS = 120_000;

    private transient ValueState<OpenAnswer> open;
    private transient ListState<PayloadPart> parts;
    private transient ValueState<Integer> arrived;
    private transient ValueState<Long> arrivedBytes;
    private transient AvroWire wire;
    private transient ProbeMetrics metrics;

    @Override
    public void open(OpenContext context) {
        wire = AvroWire.of(ProbeResult.getClassSchema());
        metrics = new ProbeMetrics(getRuntimeContext().getMetricGroup());
        open =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "open-answers", OpenAnswerSerializer.INSTANCE));
        parts =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "payload-parts", PayloadPartSerializer.INSTANCE));
        arrived =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "payloads-arrived", IntSerializer.INSTANCE));
        arrivedBytes =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "payload-bytes-arrived", LongSerializer.INSTANCE));
    }

    @Override
    public void processElement1(OpenAnswer answer, Context context, Collector<OutRecord> out)
            throws Exception {
        open.update(answer);
        context.timerService().registerProcessingTimeTimer(answer.deadlineAt());
        finishIfComplete(answer, out);
    }

    @Override
    public void processElement2(PayloadPart part, Context context, Collector<OutRecord> out)
            throws Exception {
        arrived.update(count() + 1);
        long bytes = bytes() + part.payload().length;
        arrivedBytes.update(bytes);
        if (bytes <= Answers.RESULT_BYTES_MAX) {
            parts.add(part); // beyond that none of them goes out
        }
        OpenAnswer answer = open.value();
        if (answer != null) {
            finishIfComplete(answer, out);
        } else {
            context.timerService()
                    .registerProcessingTimeTimer(
                            context.timerService().currentProcessingTime() + STRAY_MS);
        }
    }

    private void finishIfComplete(OpenAnswer answer, Collector<OutRecord> out) throws Exception {
        if (count() >= answer.payloads()) {
            finish(answer, out);
        }
    }

    private int count() throws Exception {
        Integer count = arrived.value();
        return count == null ? 0 : count;
    }

    private long bytes() throws Exception {
        Long bytes = arrivedBytes.value();
        return bytes == null ? 0 : bytes;
    }

    private void clear() {
        open.clear();
        parts.clear();
        arrived.clear();
        arrivedBytes.clear();
    }

    private void finish(OpenAnswer answer, Collector<OutRecord> out) throws Exception {
        ProbeResult result = (ProbeResult) wire.decode(answer.result());
        int missing = answer.payloads() - count();
        long bytes = bytes();
        if (bytes > Answers.RESULT_BYTES_MAX) {
            clear();
            out.collect(
                    Answers.encodeWithoutPayloads(
                            result, answer.resultPartition(), answer.result().length + bytes));
            metrics.answered(result);
            return;
        }
        for (PayloadPart part : parts.get()) {
            if (part.payload().length > 0) {
                result.getAnswers()
                        .get(part.query())
                        .getHits()
                        .get(part.hit())
                        .setPayload(ByteBuffer.wrap(part.payload()));
            }
        }
        if (missing > 0) {
            result.setStatus(ProbeStatus.PARTIAL);
            result.setReason(Reason.DEADLINE_PASSED.name());
            result.setMessage(
                    "the deadline came before %d of %d payloads were there. Allow a longer deadlineMs."
                            .formatted(missing, answer.payloads()));
        }
        clear();
        out.collect(Answers.encode(result, answer.resultPartition()));
        metrics.answered(result);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<OutRecord> out)
            throws Exception {
        OpenAnswer answer = open.value();
        if (answer == null) {
            clear();
        } else if (answer.deadlineAt() <= timestamp) {
            finish(answer, out);
        }
    }
}
