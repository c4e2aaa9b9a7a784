package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Records that are written again and again. */
class PlaceTimersTest {
    private static final JoinRule RULE =
            new JoinRule(
                    Metric.L2,
                    Encoding.UINT8,
                    1,
                    5,
                    false,
                    JoinRule.UNLIMITED,
                    JoinRule.UNLIMITED,
                    true);

    private static JoinChange change(String id, long time, long expiresAt) {
        RecordRef record = new RecordRef(JoinRule.LEFT, id, new Version(time, 0, time));
        return new JoinChange(record, false, new byte[] {7}, time, expiresAt);
    }

    private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();

    private KeyedOneInputStreamOperatorTestHarness<String, JoinChange, Visit> open()
            throws Exception {
        TaskMetricGroup task =
                new UnregisteredMetricGroups.UnregisteredTaskMetricGroup() {
                    @Override
                    public InternalOperatorMetricGroup getOrAddOperator(
                            OperatorID id, String name, Map<String, String> variables) {
                        return metrics;
                    }
                };
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new PlaceOperator(RULE, BucketRouting.single(), false, ""),
                        (JoinChange change) -> PlaceOperator.key(change.record()),
                        Types.STRING,
                        new MockEnvironmentBuilder().setMetricGroup(task).build());
        harness.setup(VisitSerializer.INSTANCE);
        harness.open();
        return harness;
    }

    @Test
    void anUpdateLeavesNoTimerOfTheExpiryBefore() throws Exception {
        try (var places = open()) {
            for (long time = 1; time <= 100; time++) {
                places.processElement(change("a", time, 1_000 + time), time);
                places.processWatermark(new Watermark(time));
            }
            assertThat(places.numEventTimeTimers()).isOne();
            places.processWatermark(new Watermark(1_100));
            assertThat(places.numEventTimeTimers()).isZero();
            assertThat(places.numKeyedStateEntries()).isZero();
        }
    }

    /** The expiry before is the time of a change that waits: one timer stands for both. */
    @Test
    void aChangeThatWaitsKeepsItsTimer() throws Exception {
        try (var places = open()) {
            places.processElement(change("a", 1, 50), 1);
            places.processElement(change("a", 2, JoinChange.NEVER), 2);
            places.processElement(change("a", 50, JoinChange.NEVER), 50);
            places.processWatermark(new Watermark(1));
            places.processWatermark(new Watermark(2));
            places.processWatermark(new Watermark(50));
            assertThat(places.extractOutputValues())
                    .extracting(visit -> visit.record().version().time())
                    .containsExactly(1L, 2L, 2L, 50L, 50L);
            assertThat(places.numEventTimeTimers()).isZero();
        }
    }

    /** Else each of its times would read all that wait. */
    @Test
    void ofManyChangesOfARecordHalfComeOutAtOnce() throws Exception {
        try (var places = open()) {
            places.processElement(change("other", 3, JoinChange.NEVER), 3);
            for (long time = 1; time <= 1_000; time++) {
                places.processElement(change("many", time, JoinChange.NEVER), time);
            }
            places.processWatermark(new Watermark(900));
            List<Visit> visits = places.extractOutputValues();
            assertThat(visits).extracting(visit -> visit.record().id()).contains("other");
            int other = 0;
            while (visits.get(other).record().id().equals("many")) {
                other++;
            }
            assertThat(other).as("visits in front of time 3").isGreaterThanOrEqualTo(500);
            List<Long> times =
                    visits.stream()
                            .filter(visit -> visit.kind() == Visit.Kind.LIVE)
                            .filter(visit -> visit.record().id().equals("many"))
                            .map(visit -> visit.record().version().time())
                            .toList();
            assertThat(times).hasSize(900).isSorted().doesNotHaveDuplicates();
            places.getOutput().clear();
            places.processWatermark(new Watermark(1_000));
            assertThat(places.extractOutputValues()).hasSize(200);
        }
    }

    /** Each of their timers would else read what is left: the square of their number. */
    @Test
    void manyChangesOfARecordAreReadAboutTwiceEach() throws Exception {
        int count = 1_000;
        try (var places = open()) {
            for (int time = 1; time <= count; time++) {
                places.processElement(change("many", time, JoinChange.NEVER), time);
            }
            places.processWatermark(new Watermark(count));
            assertThat(places.extractOutputValues())
                    .filteredOn(visit -> visit.kind() == Visit.Kind.LIVE)
                    .hasSize(count);
            long read = ((Counter) metrics.get("pendingRead")).getCount();
            assertThat(read).isBetween((long) count, 2L * count + 10);
        }
    }
}
