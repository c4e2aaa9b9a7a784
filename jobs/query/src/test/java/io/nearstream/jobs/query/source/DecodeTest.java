package io.nearstream.jobs.query.source;

import static io.nearstream.jobs.query.testing.Counters.count;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.changes.DecodeChanges;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.MovedEntry;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class DecodeTest {
    private static final byte[] VECTOR = Vectors.fromFloats(.1f, .2f, .3f, .4f);

    private static RawRecord raw(String topic, String key, byte[] value, boolean tombstone) {
        return new RawRecord(
                topic, 0, 0, 0, key.getBytes(StandardCharsets.UTF_8), value, tombstone);
    }

    @Test
    void changesAreDecodedAndAllElseIsLeftOut() throws Exception {
        IndexChange change =
                new IndexChange(
                        new RecordKey(5, "a"),
                        false,
                        new Version(1, 2, 3),
                        new byte[] {1, 2},
                        new int[] {4, -5},
                        6,
                        7,
                        List.of("red"),
                        new byte[] {8},
                        9,
                        IndexChange.NEVER);
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(new DecodeChanges()))) {
            harness.open();
            String topic = TopicNames.INDEX_CHANGES;
            byte[] progress = AvroWire.encode(new Progress(1L, 0, 1, 5L));
            harness.processElement(raw(topic, "k", IndexChangeWire.encode(change), false), 0);
            harness.processElement(raw(topic, "progress/0", progress, false), 0);
            harness.processElement(raw(topic, "k", new byte[0], true), 0);
            harness.processElement(raw(topic, "k", new byte[] {1, 2, 3}, false), 0);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .usingRecursiveComparison()
                    .isEqualTo(change);
            assertThat(count(harness, "foreignRecords")).isEqualTo(1);
        }
    }

    @Test
    void movesOfThisJobAreSignedAndAllElseIsLeftOut() throws Exception {
        TestingDirectory directory = new TestingDirectory().create(Samples.PLACES, 10);
        directory.lag().publish(Samples.PLACES, Samples.PLACES_1, 20);
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamFlatMap<>(new DecodeMoves("mine", directory.provider())))) {
            harness.open();
            IndexMove unknown = move("mine");
            unknown.setCollectionUid(Samples.PLACES.uid() + 1);
            IndexMove shortened = move("mine");
            shortened.setVector(ByteBuffer.wrap(VECTOR, 0, 4));
            harness.processElement(moved(move("mine")), 0);
            harness.processElement(moved(move("another")), 0);
            harness.processElement(moved(unknown), 0);
            harness.processElement(moved(shortened), 0);
            String topic = TopicNames.INDEX_MOVES;
            harness.processElement(raw(topic, "k", new byte[0], true), 0);
            harness.processElement(raw(topic, "k", new byte[] {1, 2, 3}, false), 0);
            List<PlaceRequest> requests = harness.extractOutputValues();
            assertThat(requests).hasSize(1);
            assertThat(requests.get(0).record())
                    .isEqualTo(new RecordKey(Samples.PLACES.uid(), "a"));
            MovedEntry entry = requests.get(0).moved().orElseThrow();
            assertThat(entry.fromBucket()).isEqualTo(-3);
            assertThat(entry.generation()).isEqualTo(1);
            assertThat(entry.generationHash()).isEqualTo(Samples.PLACES_1.hash());
            assertThat(entry.buckets()).containsExactly(Samples.PLACES_1.place("a", VECTOR));
            byte[] row = entry.row();
            assertThat(EntryRow.id(row, 0)).isEqualTo("a");
            assertThat(EntryRow.version(row, 0)).isEqualTo(new Version(1, 2, 3));
            assertThat(EntryRow.labels(row, 0)).containsExactly("red");
            assertThat(EntryRow.expiresAt(row, 0)).isEqualTo(77);
            assertThat(EntryRow.hasPayload(row, 0)).isTrue();
            assertThat(EntryRow.inverseNorm(row, 0))
                    .isEqualTo(VectorSpace.of(Samples.PLACES).inverseNorm(VECTOR, 0));
            assertThat(row).endsWith(VECTOR);
            assertThat(count(harness, "foreignRecords")).isEqualTo(2);
        }
    }

    private static RawRecord moved(IndexMove move) {
        return raw(TopicNames.INDEX_MOVES, "k", AvroWire.encode(move), false);
    }

    private static IndexMove move(String job) {
        IndexMove move = new IndexMove();
        move.setJob(job);
        move.setCollectionUid(Samples.PLACES.uid());
        move.setId("a");
        move.setFromBucket(-3);
        move.setVersionTime(1);
        move.setVersionPartition(2);
        move.setVersionOffset(3);
        move.setVector(ByteBuffer.wrap(VECTOR));
        move.setLabels(List.of("red"));
        move.setHasPayload(true);
        move.setExpiresAt(77L);
        return move;
    }
}
