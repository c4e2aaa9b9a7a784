package io.nearstream.jobs.query.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.LabelFilter;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordStoreOperatorTest {
    private static final CollectionSettings COLLECTION =
            CollectionSettings.learned("records", 1, 2, Metric.L2, Encoding.UINT8)
                    .coded(CodeKind.INT8, 0);
    private static final RecordKey RECORD = new RecordKey(1, "a");
    private static final ProbeKey PROBE = new ProbeKey(0, 1);
    private static final long EXPIRY = 1_000;
    private static final byte[] QUERY = {0, 0};

    private final TestingDirectory directory = new TestingDirectory().create(COLLECTION, 0);
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

    @BeforeEach
    void open() throws Exception {
        store = new Store(directory);
        store.open();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private static Version version(long time) {
        return new Version(time, 0, 0);
    }

    private void put(long version, int x, String label, long expiresAt) throws Exception {
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

    private void put(long version, int x) throws Exception {
        put(version, x, "red", IndexChange.NEVER);
    }

    private void remove(long version) throws Exception {
        byte[] row = EntryRow.removal("a", version(version));
        store.processElement1(new StoredRecord(RECORD, row), 0);
    }

    private void ask(long version, LabelFilter filter, boolean withVectors) throws Exception {
        RecordCheck check = new RecordCheck(EXPIRY, filter, withVectors, List.of(QUERY));
        store.processElement2(
                RecordRequest.score(
                        Owners.toSubtask(0),
                        PROBE,
                        1,
                        check,
                        List.of(new Candidate(4, 5, "a", version(version)))),
                0);
    }

    private void ask(long version) throws Exception {
        ask(version, LabelFilter.NONE, false);
    }

    private void move(long version) throws Exception {
        store.processElement2(
                RecordRequest.move(0, new MoveRequest(RECORD, version(version), 7)), 0);
    }

    /** Records of which anything is kept. */
    private long keys() {
        RecordStoreOperator operator = (RecordStoreOperator) store.getOperator();
        return Stream.of("record-rows", "waiting-candidates", "record-wake-up-at")
                .flatMap(
                        state ->
                                operator.<RecordKey>getKeyedStateBackend()
                                        .getKeys(state, VoidNamespace.INSTANCE))
                .count();
    }

    private List<Scored> scored() {
        List<Scored> all = new ArrayList<>();
        for (RecordPart part : store.extractOutputValues()) {
            assertThat(part.probe()).isEqualTo(PROBE);
            all.addAll(part.scored());
        }
        store.getOutput().clear();
        return all;
    }

    private List<IndexMove> moves() throws Exception {
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

    @Test
    void aCandidateIsScoredFromItsVector() throws Exception {
        put(1, 3);
        ask(1);
        ask(1);
        assertThat(scored())
                .hasSize(2)
                .allSatisfy(
                        one -> {
                            assertThat(one.query()).isEqualTo(4);
                            assertThat(one.rank()).isEqualTo(5);
                            assertThat(one.score()).isEqualTo(9);
                            assertThat(one.row()).isEmpty();
                        });
    }

    @Test
    void theVectorComesAlongWhereItIsWanted() throws Exception {
        put(1, 3);
        ask(1, LabelFilter.NONE, true);
        byte[] row = scored().get(0).row();
        assertThat(EntryRow.isCoded(row, 0)).isFalse();
        assertThat(row).endsWith((byte) 3, (byte) 0);
    }

    @Test
    void aNewerVersionIsScoredInstead() throws Exception {
        put(1, 3);
        ask(1);
        put(2, 5);
        ask(1);
        List<Scored> scored = scored();
        assertThat(scored.get(1).score()).isEqualTo(25);
        assertThat(EntryRow.version(scored.get(1).row(), 0)).isEqualTo(version(2));
    }

    @Test
    void aNewerVersionIsAHitByItsOwnLabelsAndExpiry() throws Exception {
        LabelFilter red = new LabelFilter(List.of("red"), List.of(), List.of());
        put(2, 5, "blue", IndexChange.NEVER);
        ask(1, red, false);
        put(3, 5, "red", EXPIRY);
        ask(1, red, false);
        put(4, 5, "red", EXPIRY + 1);
        ask(1, red, false);
        assertThat(scored())
                .extracting(Scored::score)
                .containsExactly(Double.NaN, Double.NaN, 25.0);
    }

    @Test
    void aDeletedRecordIsNoHit() throws Exception {
        put(1, 3);
        remove(2);
        ask(1);
        assertThat(scored()).extracting(Scored::score).containsExactly(Double.NaN);
    }

    @Test
    void aCandidateWaitsForItsVersionOverARestore() throws Exception {
        ask(2);
        put(1, 3);
        assertThat(scored()).isEmpty();
        OperatorSubtaskState state = store.snapshot(1, 0);
        store.close();
        store = new Store(directory);
        store.initializeState(state);
        store.open();
        ask(1);
        put(2, 5);
        assertThat(scored()).extracting(Scored::score).containsExactly(9.0, 25.0);
        put(3, 6);
        assertThat(scored()).isEmpty();
    }

    @Test
    void aMoveGetsTheVectorOfItsVersionOnly() throws Exception {
        move(1);
        assertThat(moves()).isEmpty();
        put(1, 3);
        List<IndexMove> moves = moves();
        assertThat(moves).hasSize(1);
        assertThat(moves.get(0).getVector()).isEqualTo(ByteBuffer.wrap(new byte[] {3, 0}));
        assertThat(moves.get(0).getFromBucket()).isEqualTo(7);
        assertThat(moves.get(0).getLabels()).containsExactly("red");
        assertThat(moves.get(0).getJob()).isEqualTo("query");
        put(2, 5);
        move(1); // the bucket gets the newer row
        move(2);
        remove(3);
        move(2);
        assertThat(moves()).extracting(IndexMove::getVersionTime).containsExactly(2L);
    }

    @Test
    void nothingIsKeptOfADeletedRecordInTheEnd() throws Exception {
        put(1, 3);
        remove(2);
        store.setProcessingTime(RecordStore.WAITING_MS);
        assertThat(keys()).isZero();
    }

    @Test
    void candidatesThatNobodyWaitsForAreGivenUp() throws Exception {
        ask(2);
        store.setProcessingTime(RecordStore.WAITING_MS);
        assertThat(keys()).isZero();
        put(2, 5);
        assertThat(scored()).isEmpty();
    }

    @Test
    void recordsOfADroppedCollectionGo() throws Exception {
        put(1, 3);
        ask(1);
        directory.drop(COLLECTION, 5);
        for (int i = 1; i <= 100; i++) {
            store.setProcessingTime(i);
        }
        assertThat(keys()).isZero();
        scored();
        ask(1);
        assertThat(scored()).extracting(Scored::score).containsExactly(Double.NaN);
    }
}
