package io.nearstream.jobs.ingest.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** Drives {@link LearnOperator}: both inputs keyed by the collection. */
final class LearnHarness
        extends KeyedTwoInputStreamOperatorTestHarness<Long, SampleVector, SliceChange, OutRecord> {
    static final int TRAIN_AFTER = 300;

    private static final long POLL_MS = 20;

    private final TestingDirectory directory;

    private LearnHarness(TestingDirectory directory, LifeSettings life) throws Exception {
        super(
                new LearnOperator(directory.provider(), life, POLL_MS),
                SampleVector::collectionUid,
                SliceChange::collectionUid,
                Types.LONG);
        this.directory = directory;
    }

    /** Opened, from a snapshot where there is one. */
    static LearnHarness open(
            TestingDirectory directory, LifeSettings life, @Nullable OperatorSubtaskState restored)
            throws Exception {
        LearnHarness harness = new LearnHarness(directory, life);
        harness.setup(OutRecordSerializer.INSTANCE);
        harness.setProcessingTime(0);
        if (restored != null) {
            harness.initializeState(restored);
        }
        harness.open();
        return harness;
    }

    /** Vectors of the sample. */
    void send(CollectionSettings settings, List<byte[]> vectors) throws Exception {
        for (byte[] vector : vectors) {
            processElement1(new StreamRecord<>(new SampleVector(settings.uid(), vector)));
        }
    }

    /** What a job does that reads the topic. */
    void takeUp() {
        for (OutRecord record : extractOutputValues()) {
            assertThat(record.topic()).isEqualTo(TopicNames.COLLECTIONS);
            directory.append(9, record.value());
        }
    }

    /** Lets so much time pass, and looks for news once. */
    void pass(long millis) throws Exception {
        setProcessingTime(getProcessingTime() + millis);
    }

    void poll() throws Exception {
        pass(POLL_MS);
    }

    void pollSome() throws Exception {
        for (int i = 0; i < 3; i++) {
            poll();
        }
    }

    /** The training takes real time on its own thread: polls until it has come. */
    List<OutRecord> awaitOutput(int records) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (extractOutputValues().size() < records) {
            assertThat(System.nanoTime()).as("time for the training").isLessThan(deadline);
            Thread.onSpinWait();
            poll();
        }
        return extractOutputValues();
    }

    /** As if the operator had kept keyed state only. */
    static OperatorSubtaskState withoutOperatorState(OperatorSubtaskState state) {
        return OperatorSubtaskState.builder()
                .setManagedKeyedState(state.getManagedKeyedState())
                .setRawKeyedState(state.getRawKeyedState())
                .build();
    }

    /** The value of a gauge of the operator. */
    Object metric(String name) {
        return value(field(getOperator().getMetricGroup(), "metrics"), name);
    }

    /** The value of a gauge of a collection; null where there is none. */
    @Nullable
    Object metric(CollectionSettings settings, String name) {
        Object group = getOperator().getMetricGroup();
        String uid = "%016x".formatted(settings.uid());
        for (String part : List.of("collection", settings.name(), "uid", uid)) {
            group = field(group, "groups").get(part);
            if (group == null) {
                return null;
            }
        }
        return value(field(group, "metrics"), name);
    }

    private static Object value(Map<?, ?> metrics, String name) {
        return ((Gauge<?>) metrics.get(name)).getValue();
    }

    /** Flink's harnesses keep metrics where only reflection finds them. */
    private static Map<?, ?> field(Object group, String name) {
        try {
            Field field = AbstractMetricGroup.class.getDeclaredField(name);
            field.setAccessible(true);
            return (Map<?, ?>) field.get(group);
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException("Flink keeps its metrics elsewhere now.", changed);
        }
    }

    /** The same ones each time, of eight bytes. */
    static List<byte[]> vectors(int count) {
        SplittableRandom random = new SplittableRandom(5);
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] vector = new byte[8];
            random.nextBytes(vector);
            vectors.add(vector);
        }
        return vectors;
    }

    static CollectionSettings settings(
            String name, long uid, BucketScheme buckets, int hashBits, int tables) {
        return new CollectionSettings(
                name,
                uid,
                8,
                Metric.L2,
                Encoding.UINT8,
                buckets,
                hashBits,
                tables,
                11,
                .9,
                TRAIN_AFTER,
                16);
    }
}
