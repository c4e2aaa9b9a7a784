package io.nearstream.jobs.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.Samples;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class DecodeFunctionTest {
    private final TestingDirectory directory = new TestingDirectory().create(Samples.COLORS, 10);

    @Test
    void acceptedWriteBecomesPlacedChange() throws Exception {
        VectorWrite write = Samples.upsert("a");
        write.setLabels(List.of("red"));
        write.setPayload(ByteBuffer.wrap(new byte[] {9}));
        write.setTtlMs(50L);
        try (var harness = harness(1, 0, List.of())) {
            harness.processElement(new StreamRecord<>(Samples.raw(write, 2, 7, 100)));

            IndexChange change = harness.extractOutputValues().get(0);
            assertThat(change.key()).isEqualTo(new RecordKey(Samples.COLORS.uid(), "a"));
            assertThat(change.version()).isEqualTo(new Version(100, 2, 7));
            assertThat(change.vector()).isEqualTo(Samples.VECTOR);
            assertThat(change.buckets()).hasSize(1);
            assertThat(change.generation()).isZero();
            assertThat(change.labels()).containsExactly("red");
            assertThat(change.payload()).containsExactly(9);
            assertThat(change.eventTime()).isEqualTo(100);
            assertThat(change.expiresAt()).isEqualTo(150);
            assertThat(harness.getSideOutput(DecodeFunction.DEAD_LETTERS)).isNull();
            assertThat(harness.getSideOutput(DecodeFunction.SAMPLES)).hasSize(1);
        }
    }

    @Test
    void nullValueAndDeleteBecomeDeletes() throws Exception {
        try (var harness = harness(1, 0, List.of())) {
            harness.processElement(new StreamRecord<>(Samples.tombstone("colors/a", 0, 1, 100)));
            harness.processElement(new StreamRecord<>(Samples.raw(Samples.delete("b"), 0, 2, 100)));
            assertThat(harness.extractOutputValues())
                    .extracting(IndexChange::delete, change -> change.key().id())
                    .containsExactly(tuple(true, "a"), tuple(true, "b"));
        }
    }

    @Test
    void versionTimeNeverGoesBackInItsPartition() throws Exception {
        try (var harness = harness(1, 0, List.of())) {
            harness.processElement(new StreamRecord<>(tick(3, 0, 500)));
            harness.processElement(new StreamRecord<>(Samples.raw(Samples.upsert("a"), 3, 1, 400)));
            harness.processElement(new StreamRecord<>(Samples.raw(Samples.upsert("a"), 1, 1, 400)));
            assertThat(harness.extractOutputValues())
                    .extracting(IndexChange::version)
                    .containsExactly(new Version(500, 3, 1), new Version(400, 1, 1));
        }
    }

    @Test
    void versionTimeSurvivesRescaling() throws Exception {
        OperatorSubtaskState first;
        OperatorSubtaskState second;
        try (var harness = harness(2, 0, List.of())) {
            harness.processElement(new StreamRecord<>(tick(0, 1, 500)));
            first = harness.snapshot(1, 1);
        }
        try (var harness = harness(2, 1, List.of())) {
            harness.processElement(new StreamRecord<>(tick(1, 1, 600)));
            second = harness.snapshot(1, 1);
        }
        List<OperatorSubtaskState> round = List.of(first, second);
        // Three subtasks, of which none reads anything, and then one that reads all.
        List<OperatorSubtaskState> idle = new ArrayList<>();
        for (int subtask = 0; subtask < 3; subtask++) {
            try (var harness = harness(3, subtask, round)) {
                idle.add(harness.snapshot(2, 2));
            }
        }
        try (var harness = harness(1, 0, idle)) {
            harness.processElement(new StreamRecord<>(Samples.raw(Samples.upsert("a"), 0, 2, 450)));
            harness.processElement(new StreamRecord<>(Samples.raw(Samples.upsert("b"), 1, 2, 450)));
            assertThat(harness.extractOutputValues())
                    .extracting(change -> change.version().time())
                    .containsExactly(500L, 600L);
        }
    }

    @Test
    void refusedWriteBecomesDeadLetterWithItsBytes() throws Exception {
        VectorWrite write = Samples.upsert("a");
        write.setVector(ByteBuffer.allocate(3));
        RawRecord raw = Samples.raw(write, 1, 9, 100);
        try (var harness = harness(1, 0, List.of())) {
            harness.processElement(new StreamRecord<>(raw));
            assertThat(harness.extractOutputValues()).isEmpty();
            DeadLetter letter = letters(harness).get(0);
            assertThat(letter.getReason()).isEqualTo("WRONG_DIMENSION");
            assertThat(letter.getMessage()).contains("4 dimensions");
            assertThat(letter.getTopic()).isEqualTo(raw.topic());
            assertThat(letter.getPartition()).isEqualTo(1);
            assertThat(letter.getOffset()).isEqualTo(9);
            assertThat(letter.getTimestamp()).isEqualTo(100);
            assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(raw.key()));
            assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(raw.value()));
        }
    }

    @Test
    void valueBeyondItsTopicIsCutInItsLetter() throws Exception {
        try (var harness = harness(1, 0, List.of())) {
            harness.processElement(
                    new StreamRecord<>(Samples.raw("k", new byte[5 << 20], 0, 1, 100)));
            DeadLetter letter = letters(harness).get(0);
            assertThat(letter.getReason()).isEqualTo("OVERSIZED");
            assertThat(letter.getMessage())
                    .endsWith("The value is cut from 5242880 to 4194304 bytes.");
            assertThat(letter.getValue().remaining()).isEqualTo(4 << 20);
        }
    }

    @Test
    void collectionIsJudgedAsOfTheAppendTime() throws Exception {
        directory.drop(Samples.COLORS, 200);
        CollectionSettings successor = successor();
        directory.create(successor, 300);
        try (var harness = harness(1, 0, List.of())) {
            for (long time : new long[] {9, 100, 250, 300}) {
                harness.processElement(
                        new StreamRecord<>(Samples.raw(Samples.upsert("a"), 0, time, time)));
            }
            // At 9 and 250 there was none; what was for the dropped one goes with it.
            assertThat(letters(harness))
                    .extracting(DeadLetter::getReason, DeadLetter::getOffset)
                    .containsExactly(
                            tuple("UNKNOWN_COLLECTION", 9L), tuple("UNKNOWN_COLLECTION", 250L));
            assertThat(harness.extractOutputValues())
                    .extracting(change -> change.key().collectionUid())
                    .containsExactly(successor.uid());
        }
    }

    @Test
    void writeWaitsUntilItsCollectionCanBeKnown() throws Exception {
        TestingDirectory delayed = new TestingDirectory();
        delayed.readOnlyTo(50);
        try (var harness = harness(delayed, 1, 0, List.of())) {
            Thread control =
                    new Thread(
                            () -> {
                                try {
                                    delayed.awaitWaiting();
                                } catch (InterruptedException interrupted) {
                                    Thread.currentThread().interrupt();
                                }
                                delayed.create(Samples.COLORS, 90);
                                delayed.readOnlyTo(Long.MAX_VALUE);
                            });
            control.start();
            harness.processElement(new StreamRecord<>(Samples.raw(Samples.upsert("a"), 0, 1, 100)));
            control.join();
            assertThat(delayed.hasMadeWait()).isTrue();
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    private static RawRecord claiming(long uid, long time) {
        RawRecord raw = Samples.raw(Samples.upsert("a"), 0, time, time);
        return new RawRecord(
                raw.topic(), 0, time, time, raw.key(), raw.value(), raw.tombstone(), uid);
    }

    @Test
    void whoNamesTheIncarnationThatIsKnownIsNotWaitedFor() throws Exception {
        TestingDirectory known = new TestingDirectory().create(Samples.COLORS, 9);
        known.readOnlyTo(50);
        try (var harness = harness(known, 1, 0, List.of())) {
            harness.processElement(new StreamRecord<>(claiming(Samples.COLORS.uid(), 100)));
            assertThat(known.hasMadeWait()).isFalse();
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    /** The one who named it knows more than was read here. */
    @Test
    void whoNamesAnotherIncarnationIsJudgedAsOfTheAppendTime() throws Exception {
        CollectionSettings successor = successor();
        TestingDirectory behind = new TestingDirectory().create(Samples.COLORS, 9).lag();
        behind.drop(Samples.COLORS, 200).create(successor, 300);
        try (var harness = harness(behind, 1, 0, List.of())) {
            harness.processElement(new StreamRecord<>(claiming(successor.uid(), 350)));
            harness.processElement(new StreamRecord<>(claiming(Samples.COLORS.uid(), 360)));
            assertThat(harness.extractOutputValues())
                    .extracting(change -> change.key().collectionUid())
                    .as("the other one knows less")
                    .containsExactly(successor.uid(), successor.uid());
        }
    }

    @Test
    void samplesStopAtWhatTrainingNeeds() throws Exception {
        CollectionSettings few =
                new CollectionSettings(
                        "few",
                        77,
                        4,
                        Samples.COLORS.metric(),
                        Samples.COLORS.encoding(),
                        Samples.COLORS.buckets(),
                        0,
                        0,
                        1,
                        .9,
                        3,
                        2);
        directory.create(few, 20);
        try (var harness = harness(1, 0, List.of())) {
            for (int i = 0; i < 5; i++) {
                VectorWrite write = Samples.upsert("id" + i);
                write.setCollection("few");
                harness.processElement(new StreamRecord<>(Samples.raw(write, 0, i, 100)));
            }
            assertThat(harness.extractOutputValues()).hasSize(5);
            assertThat(harness.getSideOutput(DecodeFunction.SAMPLES)).hasSize(3);
        }
    }

    private static CollectionSettings successor() {
        return CollectionSettings.learned(
                Samples.COLORS.name(), 99, 4, Samples.COLORS.metric(), Samples.COLORS.encoding());
    }

    private static RawRecord tick(int partition, long offset, long appendTime) {
        return Samples.raw("tick", AvroWire.encode(new Tick(50L)), partition, offset, appendTime);
    }

    private static List<DeadLetter> letters(
            OneInputStreamOperatorTestHarness<RawRecord, IndexChange> harness)
            throws UndecodableException {
        AvroWire wire = AvroWire.of(DeadLetter.getClassSchema());
        List<DeadLetter> letters = new ArrayList<>();
        for (StreamRecord<OutRecord> record : harness.getSideOutput(DecodeFunction.DEAD_LETTERS)) {
            letters.add((DeadLetter) wire.decode(record.getValue().value()));
        }
        return letters;
    }

    private OneInputStreamOperatorTestHarness<RawRecord, IndexChange> harness(
            int parallelism, int subtask, List<OperatorSubtaskState> restored) throws Exception {
        return harness(directory, parallelism, subtask, restored);
    }

    static OneInputStreamOperatorTestHarness<RawRecord, IndexChange> harness(
            TestingDirectory directory,
            int parallelism,
            int subtask,
            List<OperatorSubtaskState> restored)
            throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new DecodeFunction(Limits.DEFAULT, directory.provider())),
                        8,
                        parallelism,
                        subtask);
        harness.setup(IndexChangeSerializer.INSTANCE);
        if (!restored.isEmpty()) {
            OperatorSubtaskState all =
                    AbstractStreamOperatorTestHarness.repackageState(
                            restored.toArray(OperatorSubtaskState[]::new));
            harness.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            all, 8, restored.size(), parallelism, subtask));
        }
        harness.open();
        return harness;
    }
}
