package io.nearstream.jobs.query.payload;

import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The payload of each record. Keyed by record. Input 1: payloads as they are placed. Input 2:
 * requests. Output: one payload for each request.
 *
 * <p>A request may overtake the payload of the version it has seen: it then waits for it here,
 * longer than any probe does. It will come, since a hit says that its record has one; where the
 * collection was dropped meanwhile there is none, and nothing is kept.
 */
public final class PayloadStoreFunction
        extends KeyedCoProcessFunction<RecordKey, StoredPayload, PayloadRequest, PayloadPart> {
    private static final long serialVersionUID = 1L;

    /** Longer than a probe may wait: by then its answer went out without the payload. */
    static final long WAITING_MS = 120_000;

    private static final byte[] NO_PAYLOAD = {};

    private final CollectionDirectory.Provider directories;
    private transient CollectionDirectory directory;
    private transient ValueState<StoredPayload> stored;
    private transient ListState<PayloadRequest> waiting;
    private transient ValueState<Long> wakeUpAt;

    public PayloadStoreFunction(CollectionDirectory.Provider directories) {
        this.directories = directories;
    }

    @Override
    public void open(OpenContext context) throws InterruptedException {
        directory = directories.open();
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
        wakeUpAt =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>("wake-up-at", LongSerializer.INSTANCE));
    }

    @Override
    public void close() {
        if (directory != null) {
            directory.close();
        }
    }

    @Override
    public void processElement1(StoredPayload payload, Context context, Collector<PayloadPart> out)
            throws Exception {
        if (payload.payload().length > 0) {
            stored.update(payload);
        } else if (isDropped(payload.record())) {
            stored.clear();
            wakeUpAt.clear();
        } else {
            stored.update(payload);
            wakeUpLater(context);
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
            if (isDropped(request.record())) {
                out.collect(
                        new PayloadPart(
                                request.probe(), request.query(), request.hit(), NO_PAYLOAD));
                return;
            }
            waiting.add(request);
            wakeUpLater(context);
        } else {
            out.collect(part(request, payload));
        }
    }

    private boolean isDropped(RecordKey record) throws InterruptedException {
        return directory.byUid(record.collectionUid()).map(CollectionState::dropped).orElse(false);
    }

    private void wakeUpLater(Context context) throws Exception {
        long at = context.timerService().currentProcessingTime() + WAITING_MS;
        wakeUpAt.update(at);
        context.timerService().registerProcessingTimeTimer(at);
    }

    private static PayloadPart part(PayloadRequest request, StoredPayload payload) {
        return new PayloadPart(request.probe(), request.query(), request.hit(), payload.payload());
    }

    /**
     * Requests that nobody waits for any more are given up, and that a payload is gone is forgotten
     * once no request of its record can be on its way.
     */
    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<PayloadPart> out)
            throws Exception {
        Long newest = wakeUpAt.value();
        if (newest != null && timestamp < newest) {
            return; // something came since, and has a timer of its own
        }
        wakeUpAt.clear();
        waiting.clear();
        StoredPayload payload = stored.value();
        if (payload != null && payload.payload().length == 0) {
            stored.clear();
        }
    }
}
