package io.nearstream.jobs.query.payload;

import io.nearstream.core.model.RecordKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The payload of each record. Keyed by record. Input 1: payloads as they are placed. Input 2:
 * requests. Output: one payload for each request.
 *
 * <p>A request may overtake the payload of the version it has seen: it then waits for it here,
 * longer than any probe does. It will come, since a hit says that its record has one, unless the
 * collection is dropped meanwhile.
 */
public final class PayloadStoreFunction
        extends KeyedCoProcessFunction<RecordKey, StoredPayload, PayloadRequest, PayloadPart> {
    private static final long serialVersionUID = 1L;

    /** Longer than a probe may wait: by then its answer went out without the payload. */
    private static final long WAITING_MS = 120_000;

    private final long tombstoneHorizonMs;
    private transient ValueState<StoredPayload> stored;
    private transient ListState<PayloadRequest> waiting;

    public PayloadStoreFunction(long tombstoneHorizonMs) {
        this.tombstoneHorizonMs = tombstoneHorizonMs;
    }

    @Override
    public void open(OpenContext context) {
        stored =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "payloads", StoredPayloadSerializer.INSTANCE));
        waiting =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "waiting-requests", PayloadRequestSerializer.INSTANCE));
    }

    @Override
    public void processElement1(StoredPayload payload, Context context, Collector<PayloadPart> out)
            throws Exception {
        stored.update(payload);
        if (payload.payload().length == 0) {
            context.timerService()
                    .registerProcessingTimeTimer(
                            context.timerService().currentProcessingTime() + tombstoneHorizonMs);
        }
        List<PayloadRequest> still = new ArrayList<>();
        boolean any = false;
        for (PayloadRequest request : waiting.get()) {
            if (request.version().isNewerThan(payload.version())) {
                still.add(request);
            } else {
                out.collect(part(request, payload));
                any = true;
            }
        }
        if (any) {
            waiting.update(still);
        }
    }

    @Override
    public void processElement2(PayloadRequest request, Context context, Collector<PayloadPart> out)
            throws Exception {
        StoredPayload payload = stored.value();
        if (payload == null || request.version().isNewerThan(payload.version())) {
            waiting.add(request);
            context.timerService()
                    .registerProcessingTimeTimer(
                            context.timerService().currentProcessingTime() + WAITING_MS);
        } else {
            out.collect(part(request, payload));
        }
    }

    private static PayloadPart part(PayloadRequest request, StoredPayload payload) {
        return new PayloadPart(request.probe(), request.query(), request.hit(), payload.payload());
    }

    /**
     * Requests that nobody waits for any more are given up, and a payload that is gone is forgotten
     * once no request of its record can be on its way.
     */
    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<PayloadPart> out)
            throws Exception {
        waiting.clear();
        StoredPayload payload = stored.value();
        if (payload != null && payload.payload().length == 0) {
            stored.clear();
        }
    }
}
