package io.nearstream.jobs.query.assign;

import static io.nearstream.jobs.query.testing.Counters.count;
import static io.nearstream.jobs.query.testing.Counters.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.FetchRequest;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class AssignFetchesTest {
    private static final byte[] VECTOR = Vectors.fromFloats(.1f, .2f, .3f, .4f);
    private static final int FLAT = Generation.initial(Samples.PLACES).place("a", VECTOR)[0];
    private static final long EVENTUAL = Long.MIN_VALUE;

    private static AssignHarness open() throws Exception {
        return new AssignHarness(directory());
    }

    private static TestingDirectory directory() {
        return new TestingDirectory().create(Samples.PLACES, 10);
    }

    private static PlaceRequest fetch(String id, int ordinal, long atLeast) {
        RecordKey record = new RecordKey(Samples.PLACES.uid(), id);
        return PlaceRequest.fetch(
                new FetchRequest(new ProbeKey(0, 1), ordinal, record, 0, atLeast, false));
    }

    private static IndexChange upsert(long time) {
        return Samples.upsert(Samples.PLACES, "a", time, VECTOR);
    }

    @Test
    void fetchGoesToTheHomeBucketOfItsRecord() throws Exception {
        try (AssignHarness assign = open()) {
            assign.change(upsert(1));
            assign.ops();
            assign.request(fetch("a", 0, EVENTUAL));
            assertThat(assign.ops())
                    .singleElement()
                    .matches(op -> op.kind() == BucketOp.Kind.FETCH && op.key().bucket() == FLAT);
        }
    }

    @Test
    void fetchOfAnUnknownOrDeletedRecordIsAnsweredAsMissing() throws Exception {
        try (AssignHarness assign = open()) {
            assign.request(fetch("a", 0, EVENTUAL));
            assign.change(upsert(1));
            assign.change(
                    IndexChange.deleted(
                            new RecordKey(Samples.PLACES.uid(), "a"), Samples.version(2)));
            assign.request(fetch("a", 1, EVENTUAL));
            assertThat(assign.ops())
                    .extracting(BucketOp::kind)
                    .containsExactly(
                            BucketOp.Kind.FETCH_MISSING,
                            BucketOp.Kind.APPEND,
                            BucketOp.Kind.APPEND,
                            BucketOp.Kind.FETCH_MISSING);
        }
    }

    /** Query time passes on only behind all that it covers. */
    @Test
    void fetchThatWantsATimeWaitsForItAndGoesBeforeTheWatermark() throws Exception {
        try (AssignHarness assign = open()) {
            assign.watermark(50);
            assign.request(fetch("a", 0, 50));
            assertThat(assign.ops()).hasSize(1);
            assign.request(fetch("a", 1, 51));
            assertThat(assign.ops()).isEmpty();
            assertThat(gauge(assign.flink(), "parkedFetches")).isEqualTo(1);
            assign.change(upsert(51));
            assign.ops();
            assign.watermark(51);
            List<Object> output = new ArrayList<>(assign.flink().getOutput());
            assertThat(output).hasSize(2);
            assertThat(output.get(0))
                    .isInstanceOfSatisfying(
                            StreamRecord.class,
                            record ->
                                    assertThat(((BucketOp) record.getValue()).kind())
                                            .isEqualTo(BucketOp.Kind.FETCH));
            assertThat(output.get(1)).isEqualTo(new Watermark(51));
        }
    }

    @Test
    void watermarksOfTheSecondInputAreNoQueryTime() throws Exception {
        try (AssignHarness assign = open()) {
            assign.request(fetch("a", 0, 50));
            assign.flink().processWatermark2(new Watermark(60));
            assertThat(assign.flink().getOutput()).isEmpty();
        }
    }

    @Test
    void fetchesBeyondTheLimitAreCounted() throws Exception {
        try (AssignHarness assign = open()) {
            for (int i = 0; i < AssignHarness.PENDING_MAX + 2; i++) {
                assign.request(fetch("a", i, 50));
            }
            assertThat(count(assign.flink(), "fetchesNotParked")).isEqualTo(2);
            assign.watermark(50);
            assertThat(assign.ops()).hasSize(AssignHarness.PENDING_MAX);
        }
    }

    /** A time that never comes must not keep a place. */
    @Test
    void fetchesAreGivenUpBehindTheLongestDeadline() throws Exception {
        try (AssignHarness assign = open()) {
            assign.request(fetch("a", 0, Long.MAX_VALUE));
            assign.pass(AssignHarness.DEADLINE_MAX_MS);
            assertThat(gauge(assign.flink(), "parkedFetches")).isEqualTo(1);
            assign.pass(2_000);
            assertThat(gauge(assign.flink(), "parkedFetches")).isZero();
        }
    }

    @Test
    void parkedFetchesSurviveARescaleOnceEach() throws Exception {
        TestingDirectory directory = directory();
        OperatorSubtaskState state;
        try (AssignHarness assign = new AssignHarness(directory)) {
            for (int i = 0; i < AssignHarness.PENDING_MAX; i++) {
                assign.request(fetch("id" + i, i, 50));
            }
            state = assign.snapshot(1);
        }
        List<Integer> answered = new ArrayList<>();
        for (int subtask = 0; subtask < 4; subtask++) {
            try (AssignHarness assign = AssignHarness.restore(directory, state, 1, 4, subtask)) {
                assign.watermark(50);
                assign.flink().getOutput().removeIf(Watermark.class::isInstance);
                assign.ops().forEach(op -> answered.add(op.fetch().ordinal()));
            }
        }
        assertThat(answered)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, AssignHarness.PENDING_MAX).boxed().toList());
    }
}
