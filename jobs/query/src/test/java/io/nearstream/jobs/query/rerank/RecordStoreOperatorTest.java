package io.nearstream.jobs.query.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordStoreOperatorTest {
    private final TestingDirectory directory =
            new TestingDirectory().create(RecordStoreHarness.COLLECTION, 0);
    private RecordStoreHarness store;

    @BeforeEach
    void open() throws Exception {
        store = new RecordStoreHarness(directory);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void aCandidateIsScoredFromItsVector() throws Exception {
        store.put(1, 3);
        store.ask(1);
        store.ask(1);
        assertThat(store.scored())
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
        store.put(1, 3);
        store.ask(1, LabelFilter.NONE, true);
        byte[] row = store.scored().get(0).row();
        assertThat(EntryRow.isCoded(row, 0)).isFalse();
        assertThat(row).endsWith((byte) 3, (byte) 0);
    }

    @Test
    void aNewerVersionIsScoredInstead() throws Exception {
        store.put(1, 3);
        store.ask(1);
        store.put(2, 5);
        store.ask(1);
        List<Scored> scored = store.scored();
        assertThat(scored.get(1).score()).isEqualTo(25);
        assertThat(EntryRow.version(scored.get(1).row(), 0))
                .isEqualTo(RecordStoreHarness.version(2));
    }

    @Test
    void aNewerVersionIsAHitByItsOwnLabelsAndExpiry() throws Exception {
        LabelFilter red = new LabelFilter(List.of("red"), List.of(), List.of());
        store.put(2, 5, "blue", IndexChange.NEVER);
        store.ask(1, red, false);
        store.put(3, 5, "red", RecordStoreHarness.EXPIRY);
        store.ask(1, red, false);
        store.put(4, 5, "red", RecordStoreHarness.EXPIRY + 1);
        store.ask(1, red, false);
        assertThat(store.scored())
                .extracting(Scored::score)
                .containsExactly(Double.NaN, Double.NaN, 25.0);
    }

    @Test
    void aDeletedRecordIsNoHit() throws Exception {
        store.put(1, 3);
        store.remove(2);
        store.ask(1);
        assertThat(store.scored()).extracting(Scored::score).containsExactly(Double.NaN);
    }

    @Test
    void nothingIsKeptOfADeletedRecordInTheEnd() throws Exception {
        store.put(1, 3);
        store.remove(2);
        store.time(RecordStore.WAITING_MS);
        assertThat(store.keys()).isZero();
    }

    @Test
    void recordsOfADroppedCollectionGo() throws Exception {
        store.put(1, 3);
        store.ask(1);
        directory.drop(RecordStoreHarness.COLLECTION, 5);
        for (int i = 1; i <= 100; i++) {
            store.time(i);
        }
        assertThat(store.keys()).isZero();
        store.scored();
        store.ask(1);
        assertThat(store.scored()).extracting(Scored::score).containsExactly(Double.NaN);
    }

    @Test
    void nothingIsScoredForWhichNobodyWaits() throws Exception {
        store.put(1, 3);
        store.time(RecordStoreHarness.DEADLINE - 1);
        store.ask(1);
        assertThat(store.scored()).hasSize(1);
        store.time(RecordStoreHarness.DEADLINE);
        store.ask(1);
        assertThat(store.scored()).isEmpty();
    }
}
