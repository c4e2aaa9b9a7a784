package io.nearstream.migrate;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.VersionStamp;
import java.nio.ByteBuffer;
import javax.annotation.Nullable;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Puts a record together from what the states hold of it. Runs on bounded input: all of a record
 * comes before the timer at its end. Input: parts, in any order. Output: the record as bytes of
 * {@link ExportedRecord}, if it lives and has not expired. A part of another version than the
 * placement's is garbage, of which a savepoint may hold any amount; a record that lacks a part is
 * counted and told.
 */
final class PartJoin extends KeyedProcessFunction<RecordKey, StatePart, byte[]> {
    /** Accumulators: how many have expired, lack a row, lack their payload; whose was the first. */
    static final String EXPIRED = "expired";

    static final String WITHOUT_ROW = "without-row";
    static final String WITHOUT_PAYLOAD = "without-payload";
    static final String FIRST = "first-incomplete";

    private static final long serialVersionUID = 1L;

    private final long asOf;
    private final LongCounter expired = new LongCounter();
    private final LongCounter withoutRow = new LongCounter();
    private final LongCounter withoutPayload = new LongCounter();
    private final FirstText first = new FirstText();
    private transient ValueState<StatePart> placement;
    private transient ValueState<StatePart> row;
    private transient ValueState<StatePart> payload;
    private transient Datums datums;

    /**
     * A join.
     *
     * @param asOf milliseconds since 1970: what expires by then has expired
     */
    PartJoin(long asOf) {
        this.asOf = asOf;
    }

    @Override
    public void open(OpenContext context) {
        placement = state("placement");
        row = state("row");
        payload = state("payload");
        datums = new Datums(ExportedRecord.getClassSchema());
        getRuntimeContext().addAccumulator(EXPIRED, expired);
        getRuntimeContext().addAccumulator(WITHOUT_ROW, withoutRow);
        getRuntimeContext().addAccumulator(WITHOUT_PAYLOAD, withoutPayload);
        getRuntimeContext().addAccumulator(FIRST, first);
    }

    private ValueState<StatePart> state(String name) {
        return getRuntimeContext()
                .getState(new ValueStateDescriptor<>(name, StatePartSerializer.INSTANCE));
    }

    @Override
    public void processElement(StatePart part, Context context, Collector<byte[]> out)
            throws Exception {
        switch (part.kind()) {
            case PLACEMENT -> placement.update(part);
            case ROW -> keepNewest(row, part);
            case PAYLOAD -> keepNewest(payload, part);
            default -> throw new IllegalArgumentException("Not of a record: " + part.kind());
        }
        context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
    }

    /** No part is newer than the placement, which is the first to hear of a version. */
    private static void keepNewest(ValueState<StatePart> state, StatePart part) throws Exception {
        StatePart other = state.value();
        if (other == null || part.version().isNewerThan(other.version())) {
            state.update(part);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<byte[]> out)
            throws Exception {
        StatePart lives = placement.value();
        if (lives != null) { // else deleted
            join(lives, of(lives, row.value()), of(lives, payload.value()), out);
        }
        placement.clear();
        row.clear();
        payload.clear();
    }

    private void join(
            StatePart lives,
            @Nullable StatePart found,
            @Nullable StatePart bytes,
            Collector<byte[]> out)
            throws Exception {
        String id = lives.key().id();
        if (found == null) {
            withoutRow.add(1L);
            first.add("'%s' lives, but no bucket has its vector".formatted(id));
        } else if (EntryRow.expiresAt(found.bytes(), 0) <= asOf) {
            expired.add(1L);
        } else if (lives.hasPayload() && bytes == null) {
            withoutPayload.add(1L);
            first.add("'%s' has a payload, but it is not there".formatted(id));
        } else {
            out.collect(datums.bytes(record(found, lives.hasPayload() ? bytes : null)));
        }
    }

    @Nullable
    private static StatePart of(StatePart placement, @Nullable StatePart part) {
        return part != null && part.version().equals(placement.version()) ? part : null;
    }

    private static ExportedRecord record(StatePart row, @Nullable StatePart payload) {
        byte[] data = row.bytes();
        int vectorAt = EntryRow.tailAt(data, 0);
        long expiresAt = EntryRow.expiresAt(data, 0);
        return new ExportedRecord(
                row.key().id(),
                stamp(row.version()),
                ByteBuffer.wrap(data, vectorAt, data.length - vectorAt),
                EntryRow.labels(data, 0),
                payload == null ? null : ByteBuffer.wrap(payload.bytes()),
                expiresAt == IndexChange.NEVER ? null : expiresAt);
    }

    static VersionStamp stamp(Version version) {
        return new VersionStamp(version.time(), version.partition(), version.offset());
    }
}
