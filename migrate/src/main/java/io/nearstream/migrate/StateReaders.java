package io.nearstream.migrate;

import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.query.assign.Placement;
import io.nearstream.jobs.query.assign.PlacementSerializer;
import io.nearstream.jobs.query.bucket.BlockSerializer;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.payload.StoredPayload;
import io.nearstream.jobs.query.payload.StoredPayloadSerializer;
import io.nearstream.jobs.query.rerank.RowSerializer;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.util.Collector;

/**
 * Reads the states of the query job, of one collection or of all. The names and serializers are
 * those of the operators: see docs/formats.md. A source of Flink's must say something of every key,
 * so what is not wanted is {@link StatePart#NOTHING}, to be dropped behind it.
 */
final class StateReaders {
    private StateReaders() {}

    /** The records that live, of all collections. */
    static final class Placements extends KeyedStateReaderFunction<RecordKey, StatePart> {
        private static final long serialVersionUID = 1L;
        private transient ValueState<Placement> placements;

        @Override
        public void open(OpenContext context) {
            placements =
                    getRuntimeContext()
                            .getState(
                                    new ValueStateDescriptor<>(
                                            "placements", PlacementSerializer.INSTANCE));
        }

        @Override
        public void readKey(RecordKey key, Context context, Collector<StatePart> out)
                throws Exception {
            Placement placement = placements.value();
            out.collect(
                    placement == null || placement.deleted()
                            ? StatePart.NOTHING
                            : StatePart.placement(
                                    key, placement.version(), placement.hasPayload()));
        }
    }

    /** The rows with a whole vector in the buckets of a collection; a bucket fits on the heap. */
    static final class Buckets extends KeyedStateReaderFunction<BucketKey, StatePart> {
        private static final long serialVersionUID = 1L;
        private final long collectionUid;
        private transient ListState<byte[]> blocks;

        Buckets(long collectionUid) {
            this.collectionUid = collectionUid;
        }

        @Override
        public void open(OpenContext context) {
            blocks =
                    getRuntimeContext()
                            .getListState(
                                    new ListStateDescriptor<>(
                                            "bucket-blocks", BlockSerializer.INSTANCE));
        }

        @Override
        public void readKey(BucketKey key, Context context, Collector<StatePart> out)
                throws Exception {
            out.collect(StatePart.NOTHING);
            if (key.collectionUid() == collectionUid) {
                for (byte[] block : blocks.get()) {
                    rows(block, out);
                }
            }
        }

        private void rows(byte[] block, Collector<StatePart> out) {
            for (int at = 0; at < block.length; at += EntryRow.length(block, at)) {
                if (!EntryRow.isRemoval(block, at) && !EntryRow.isCoded(block, at)) {
                    out.collect(part(collectionUid, block, at));
                }
            }
        }
    }

    /** The rows of a collection in the record store, which has them where cells keep codes. */
    static final class Rows extends KeyedStateReaderFunction<RecordKey, StatePart> {
        private static final long serialVersionUID = 1L;
        private final long collectionUid;
        private transient ValueState<byte[]> rows;

        Rows(long collectionUid) {
            this.collectionUid = collectionUid;
        }

        @Override
        public void open(OpenContext context) {
            rows =
                    getRuntimeContext()
                            .getState(
                                    new ValueStateDescriptor<>(
                                            "record-rows", RowSerializer.INSTANCE));
        }

        @Override
        public void readKey(RecordKey key, Context context, Collector<StatePart> out)
                throws Exception {
            byte[] row = key.collectionUid() == collectionUid ? rows.value() : null;
            out.collect(
                    row == null || EntryRow.isRemoval(row, 0)
                            ? StatePart.NOTHING
                            : part(collectionUid, row, 0));
        }
    }

    /** The payloads of a collection. */
    static final class Payloads extends KeyedStateReaderFunction<RecordKey, StatePart> {
        private static final long serialVersionUID = 1L;
        private final long collectionUid;
        private transient ValueState<StoredPayload> payloads;

        Payloads(long collectionUid) {
            this.collectionUid = collectionUid;
        }

        @Override
        public void open(OpenContext context) {
            payloads =
                    getRuntimeContext()
                            .getState(
                                    new ValueStateDescriptor<>(
                                            "payloads", StoredPayloadSerializer.INSTANCE));
        }

        @Override
        public void readKey(RecordKey key, Context context, Collector<StatePart> out)
                throws Exception {
            StoredPayload payload = key.collectionUid() == collectionUid ? payloads.value() : null;
            out.collect(
                    payload == null || payload.payload().length == 0
                            ? StatePart.NOTHING
                            : StatePart.payload(key, payload.version(), payload.payload()));
        }
    }

    private static StatePart part(long collectionUid, byte[] data, int at) {
        return StatePart.row(
                new RecordKey(collectionUid, EntryRow.id(data, at)),
                EntryRow.version(data, at),
                Arrays.copyOfRange(data, at, at + EntryRow.length(data, at)));
    }
}
