package io.nearstream.jobs.ingest.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class RowsReadTest {
    private static final UUID FILES = new UUID(1, 2);
    private static final String FIRST = uid(7, 100, 1);
    private static final String SECOND = uid(7, 200, 2);
    private static final String NONE = "";

    private final Map<String, Metric> registered = new TreeMap<>();

    private static String uid(long collection, long asOf, long content) {
        return new SourceUid(collection, asOf, FILES, new UUID(0, content)).text();
    }

    /** All that has a state of that kind, and nothing else. */
    private static final class Reading extends ProcessFunction<RawRecord, Long>
            implements CheckpointedFunction {
        private static final long serialVersionUID = 1L;

        private final String uid;
        private final transient MetricGroup metrics;
        private transient RowsRead read;

        Reading(String uid, MetricGroup metrics) {
            this.uid = uid;
            this.metrics = metrics;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            read = new RowsRead(uid, metrics, context);
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            read.snapshot();
        }

        @Override
        public void processElement(RawRecord row, Context context, Collector<Long> out) {
            read.add(row);
        }
    }

    private OneInputStreamOperatorTestHarness<RawRecord, Long> harness(
            String uid, int parallelism, int subtask, List<OperatorSubtaskState> restored)
            throws Exception {
        registered.clear();
        MetricGroup metrics =
                new GenericMetricGroup(
                        TestingMetricRegistry.builder()
                                .setRegisterConsumer(
                                        (metric, name, group) ->
                                                registered.put(
                                                        group.getMetricIdentifier(name), metric))
                                .build(),
                        null,
                        "read");
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new Reading(uid, metrics)), 8, parallelism, subtask);
        harness.setup(LongSerializer.INSTANCE);
        if (!restored.isEmpty()) {
            harness.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            AbstractStreamOperatorTestHarness.repackageState(
                                    restored.toArray(OperatorSubtaskState[]::new)),
                            8,
                            restored.size(),
                            parallelism,
                            subtask));
        }
        harness.open();
        return harness;
    }

    /** What is left when this many rows of these files came by at one of several subtasks. */
    private OperatorSubtaskState read(
            String uid, int parallelism, int subtask, Map<Integer, Integer> rows) throws Exception {
        try (var harness = harness(uid, parallelism, subtask, List.of())) {
            for (Map.Entry<Integer, Integer> file : rows.entrySet()) {
                for (long row = 0; row < file.getValue(); row++) {
                    long offset = (long) file.getKey() << 40 | row;
                    harness.processElement(
                            new StreamRecord<>(
                                    Samples.raw(
                                            Samples.upsert("a"), RowWrites.PARTITION, offset, 1)));
                }
            }
            return harness.snapshot(1, 1);
        }
    }

    private Map<String, Long> gauges() {
        Map<String, Long> values = new TreeMap<>();
        registered.forEach((name, gauge) -> values.put(name, (Long) ((Gauge<?>) gauge).getValue()));
        return values;
    }

    @Test
    void figuresOfFilesOutliveAFailure() throws Exception {
        OperatorSubtaskState state = read(FIRST, 1, 0, Map.of(0, 3, 2, 5));
        try (var harness = harness(FIRST, 1, 0, List.of(state))) {
            assertThat(gauges())
                    .isEqualTo(
                            Map.of("read.file.0.backfillRows", 3L, "read.file.2.backfillRows", 5L));
            harness.processElement(
                    new StreamRecord<>(
                            Samples.raw(Samples.upsert("a"), RowWrites.PARTITION, 3, 1)));
            assertThat(gauges()).containsEntry("read.file.0.backfillRows", 4L);
        }
    }

    @Test
    void theLargestFigureOfAFileIsKeptWhenSubtasksBecomeFewerOrMore() throws Exception {
        List<OperatorSubtaskState> three = new ArrayList<>();
        three.add(read(FIRST, 3, 0, Map.of(0, 3, 1, 1)));
        three.add(read(FIRST, 3, 1, Map.of(0, 5)));
        three.add(read(FIRST, 3, 2, Map.of(2, 2)));
        Map<String, Long> all =
                Map.of(
                        "read.file.0.backfillRows",
                        5L,
                        "read.file.1.backfillRows",
                        1L,
                        "read.file.2.backfillRows",
                        2L);
        OperatorSubtaskState one;
        try (var harness = harness(FIRST, 1, 0, three)) {
            assertThat(gauges()).isEqualTo(all);
            one = harness.snapshot(2, 2);
        }
        Map<String, Long> largest = new TreeMap<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (var harness = harness(FIRST, 2, subtask, List.of(one))) {
                gauges().forEach((name, rows) -> largest.merge(name, rows, Math::max));
            }
        }
        assertThat(largest).isEqualTo(all);
    }

    @Test
    void otherFilesHaveFiguresOfTheirOwn() throws Exception {
        OperatorSubtaskState state = read(FIRST, 1, 0, Map.of(0, 3));
        OperatorSubtaskState both;
        try (var harness = harness(SECOND, 1, 0, List.of(state))) {
            assertThat(gauges()).isEmpty();
            harness.processElement(
                    new StreamRecord<>(
                            Samples.raw(Samples.upsert("a"), RowWrites.PARTITION, 0, 1)));
            both = harness.snapshot(2, 2);
        }
        // Given again after others, they are read again.
        try (var harness = harness(FIRST, 1, 0, List.of(both))) {
            assertThat(gauges()).isEqualTo(Map.of("read.file.0.backfillRows", 0L));
        }
    }

    /** The source's own state knows the last files only. */
    @Test
    void filesOfAnEarlierOnesTimeAreRefusedHoweverLongAgoTheyWere() throws Exception {
        OperatorSubtaskState state = read(FIRST, 1, 0, Map.of(0, 3));
        for (String uid : List.of(NONE, SECOND, uid(7, 300, 3))) {
            try (var harness = harness(uid, 1, 0, List.of(state))) {
                state = harness.snapshot(2, 2);
            }
        }
        List<OperatorSubtaskState> last = List.of(state);
        assertThatThrownBy(() -> harness(uid(7, 100, 4), 1, 0, last))
                .as("else it is tried for ever")
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining(
                        "'nearstream.backfill.as-of' is 1970-01-01T00:00:00.100Z, as it was for other files");
        for (String uid : List.of(FIRST, uid(7, 101, 4), uid(8, 100, 4))) {
            harness(uid, 1, 0, last).close();
        }
    }

    @Test
    void everySubtaskTogetherKnowsAllEarlierOnes() throws Exception {
        OperatorSubtaskState one;
        try (var harness =
                harness(
                        SECOND,
                        1,
                        0,
                        List.of(
                                read(FIRST, 2, 0, Map.of(0, 3)),
                                read(SECOND, 2, 1, Map.of(0, 3))))) {
            one = harness.snapshot(2, 2);
        }
        int refused = 0;
        for (int subtask = 0; subtask < 2; subtask++) {
            try {
                harness(uid(7, 100, 4), 2, subtask, List.of(one)).close();
            } catch (SuppressRestartsException ofThatTime) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
