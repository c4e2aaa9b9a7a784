package io.nearstream.jobs.query.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;

/** Drives {@link RecordStoreOperator} with versions of one record. */
final class RecordStoreHarness implements AutoCloseable {
    static final CollectionSettings COLLECTION =
            CollectionSettings.learned("records", 1, 2, Metric.L2, Encoding.UINT8)
                    .coded(CodeKind.INT8, 0);
    static final long EXPIRY = 1_000;
    static final long DEADLINE = 10_000;
    private static final RecordKey RECORD = new RecordKey(1, "a");
    private static final ProbeKey PROBE = new ProbeKey(0, 1);
    private static final byte[] QUERY = {0, 0};

    private final TestingDirectory directory;
    private Store store;

    private static final class Store
            extends TwoInputStreamOperatorTestHarness<StoredRecord, RecordRequest, RecordPart> {
        private Store(TestingDirectory directory) throws Exception {
            super(new RecordStoreOperator(directory.provider(), "query", 1 << 20, 10), 128, 1, 0);
            config.setStatePartitioner(
                    0, (KeySelector<StoredRecord, RecordKey>) StoredRecord::record);
            config.setStateKeySerializer(RecordKeySerializer.INSTANCE);
            config.serializeAllConfigs();
            setup(RecordPartSerializer.INSTANCE);
        }
    }

    RecordStoreHarness(TestingDirectory directory) throws Exception {
        this.directory = directory;
        store = new Store(directory);
        store.open();
    }

    /** Goes on from a snapshot that is taken now. */
    void restore() throws Exception {
        OperatorSubtaskState state = store.snapshot(1, 0);
        store.close();
        store = new Store(directory);
        store.initializeState(state);
        store.open();
    }

    void time(long millis) throws Exception {
        store.setProcessingTime(millis);
    }

    static Version version(long time) {
        return new Version(time, 0, 0);
    }

    void put(long version, int x, String label, long expiresAt) throws Exception {
        byte[] row =
                EntryRow.put(
                        "a",
                        version(version),
                        1,
                        expiresAt,
                        List.of(label),
                        false,
                        new byte[] {(byte) x, 0});
        store.processElement1(new StoredRecord(RECORD, row), 0);
    }

    void put(long version, int x) throws Exception {
        put(version, x, "red", IndexChange.NEVER);
    }

    void remove(long version) throws Exception {
        byte[] row = EntryRow.removal("a", version(version));
        store.processElement1(new StoredRecord(RECORD, row), 0);
    }

    void ask(long version, LabelFilter filter, boolean withVectors) throws Exception {
        RecordCheck check = new RecordCheck(EXPIRY, filter, withVectors, List.of(QUERY));
        store.processElement2(
                RecordRequest.score(
                        Owners.toSubtask(0),
                        PROBE,
                        1,
                        DEADLINE,
                        check,
                        List.of(new Candidate(4, 5, "a", version(version)))),
                0);
    }

    void ask(long version) throws Exception {
        ask(version, LabelFilter.NONE, false);
    }

    void move(long version) throws Exception {
        store.processElement2(
                RecordRequest.move(0, new MoveRequest(RECORD, version(version), 7)), 0);
    }

    /** Records of which anything is kept. */
    long keys() {
        RecordStoreOperator operator = (RecordStoreOperator) store.getOperator();
        return Stream.of("record-rows", "waiting-candidates", "record-wake-up-at")
                .flatMap(
                        state ->
                                operator.<RecordKey>getKeyedStateBackend()
                                        .getKeys(state, VoidNamespace.INSTANCE))
                .count();
    }

    /** Exact scores since the last call. */
    List<Scored> scored() {
        List<Scored> all = new ArrayList<>();
        for (RecordPart part : store.extractOutputValues()) {
            assertThat(part.probe()).isEqualTo(PROBE);
            all.addAll(part.scored());
        }
        store.getOutput().clear();
        return all;
    }

    /** Moves since the last call. */
    List<IndexMove> moves() throws Exception {
        Queue<StreamRecord<OutRecord>> output = store.getSideOutput(RecordStoreOperator.MOVES);
        List<IndexMove> moves = new ArrayList<>();
        if (output != null) {
            AvroWire wire = AvroWire.of(IndexMove.getClassSchema());
            for (StreamRecord<OutRecord> record : output) {
                moves.add((IndexMove) wire.decode(record.getValue().value()));
            }
            output.clear();
        }
        return moves;
    }

    @Override
    public void close() throws Exception {
        store.close();
    }
}
