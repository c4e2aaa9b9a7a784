package io.nearstream.jobs.query.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.schemas.IndexMove;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that overtake their record. */
class WaitingRequestsTest {
    private static final long LATE = 100 * RecordStore.WAITING_MS;

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
    void aCandidateWaitsForItsVersionOverARestore() throws Exception {
        store.ask(2);
        store.put(1, 3);
        assertThat(store.scored()).isEmpty();
        store.restore();
        store.ask(1);
        store.put(2, 5);
        assertThat(store.scored()).extracting(Scored::score).containsExactly(9.0, 25.0);
        store.put(3, 6);
        assertThat(store.scored()).isEmpty();
    }

    @Test
    void aCandidateWaitsUntilItsDeadline() throws Exception {
        store.ask(2);
        store.time(RecordStoreHarness.DEADLINE - 1);
        assertThat(store.keys()).isOne();
        store.time(RecordStoreHarness.DEADLINE);
        assertThat(store.keys()).isZero();
        store.put(2, 5);
        assertThat(store.scored()).isEmpty();
    }

    @Test
    void aCandidateThatBecameLateIsNotScoredAlthoughItWasRestored() throws Exception {
        store.ask(2);
        store.time(RecordStoreHarness.DEADLINE);
        store.restore();
        store.put(2, 5);
        assertThat(store.scored()).isEmpty();
    }

    @Test
    void candidatesWaitUpToANumberOfBytesAndMovesAlways() throws Exception {
        LabelFilter large = new LabelFilter(List.of(), List.of(), List.of("x".repeat(60_000)));
        for (int i = 0; i < 40; i++) {
            store.ask(2, large, false);
        }
        store.move(2);
        store.restore();
        for (int i = 0; i < 1_000; i++) {
            store.ask(2, large, false);
        }
        store.put(2, 5);
        assertThat(store.scored()).hasSize((32 << 20) / 60_139);
        assertThat(store.moves()).hasSize(1);
        store.ask(3); // there is room again
        store.put(3, 5);
        assertThat(store.scored()).hasSize(1);
    }

    @Test
    void aMoveGetsTheVectorOfItsVersionOnly() throws Exception {
        store.move(1);
        assertThat(store.moves()).isEmpty();
        store.put(1, 3);
        List<IndexMove> moves = store.moves();
        assertThat(moves).hasSize(1);
        assertThat(moves.get(0).getVector()).isEqualTo(ByteBuffer.wrap(new byte[] {3, 0}));
        assertThat(moves.get(0).getFromBucket()).isEqualTo(7);
        assertThat(moves.get(0).getLabels()).containsExactly("red");
        assertThat(moves.get(0).getJob()).isEqualTo("query");
        store.put(2, 5);
        store.move(1); // the bucket gets the newer row
        store.move(2);
        store.remove(3);
        store.move(2);
        assertThat(store.moves()).extracting(IndexMove::getVersionTime).containsExactly(2L);
    }

    @Test
    void aMoveWaitsForItsRecordHoweverLongItTakes() throws Exception {
        store.move(2);
        store.ask(2);
        store.time(LATE);
        store.restore();
        store.time(2 * LATE);
        store.put(1, 3);
        assertThat(store.moves()).isEmpty();
        store.put(2, 5);
        assertThat(store.moves()).extracting(IndexMove::getVersionTime).containsExactly(2L);
        assertThat(store.scored()).isEmpty();
    }

    @Test
    void aMoveOfADroppedCollectionWaitsNoLonger() throws Exception {
        store.move(2);
        directory.drop(RecordStoreHarness.COLLECTION, 5);
        store.time(LATE);
        assertThat(store.keys()).isZero();
    }
}
