package io.nearstream.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The library as others use it, on a cluster in this JVM with RocksDB. */
class SimilarityJoinITCase {
    private static final int COUNT = 400;

    static StreamExecutionEnvironment environment() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        return env;
    }

    private static DataStream<JoinRecord> stream(
            StreamExecutionEnvironment env, String name, LongFunctionOf<JoinRecord> of) {
        return env.fromSequence(0, COUNT - 1)
                .uid(name)
                .map(of::apply, JoinRecordSerializer.TYPE)
                .uid(name + "-records")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<JoinRecord>forBoundedOutOfOrderness(Duration.ofDays(1))
                                .withTimestampAssigner((record, none) -> record.sequence()))
                .uid(name + "-times");
    }

    private interface LongFunctionOf<T> extends LongFunction<T>, java.io.Serializable {}

    private static <T> List<T> collect(DataStream<T> stream) throws Exception {
        List<T> all = new ArrayList<>();
        try (CloseableIterator<T> values = stream.executeAndCollect()) {
            values.forEachRemaining(all::add);
        }
        return all;
    }

    private static float[] at(long i) {
        return new float[] {i * 10, 0};
    }

    private static List<byte[]> sample() {
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < COUNT; i += 4) {
            sample.add(JoinRecord.of("s", at(i)).vector());
        }
        return sample;
    }

    /** Where uids are made up, a job loses its state when it changes. */
    @Test
    void everyOperatorHasAUidAndNoTypeIsGeneric() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        DataStream<JoinRecord> left = stream(env, "left", i -> JoinRecord.of("l", at(i)));
        DataStream<JoinRecord> right = stream(env, "right", i -> JoinRecord.of("r", at(i)));
        JoinResult<Match> nearest = join(left, right, "nearest").nearest(2);
        JoinResult<JoinRecord> kept =
                SimilarityJoin.of(left)
                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                        .within(1)
                        .named("kept")
                        .deduplicated();
        discard(join(left, right, "all").matches(), "matches");
        discard(nearest.output(), "nearest-matches");
        discard(nearest.late(), "late");
        discard(nearest.refused(), "refused");
        discard(kept.output(), "kept-records");
        discard(kept.dropped().orElseThrow(), "dropped-records");
        JobGraph graph = env.getStreamGraph().getJobGraph();
        assertThat(graph.getNumberOfVertices()).isGreaterThan(5);
    }

    private static SimilarityJoin join(
            DataStream<JoinRecord> left, DataStream<JoinRecord> right, String name) {
        return SimilarityJoin.of(left, right)
                .comparing(Metric.L2, Encoding.FLOAT32, 2)
                .within(1)
                .named(name);
    }

    private static <T> void discard(DataStream<T> stream, String uid) {
        stream.sinkTo(new DiscardingSink<>()).uid(uid);
    }

    @Test
    void twoStreamsMeetAndPartAgain() throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<JoinRecord> left =
                stream(env, "left", i -> JoinRecord.of("l" + i, at(i)).inSequence(i));
        // Its second half takes the first half away again.
        DataStream<JoinRecord> right =
                stream(
                        env,
                        "right",
                        i ->
                                i < COUNT / 2
                                        ? JoinRecord.of("r" + i, at(i)).inSequence(i)
                                        : JoinRecord.gone("r" + (i - COUNT / 2)).inSequence(i));
        List<Match> matches =
                collect(
                        SimilarityJoin.of(left, right)
                                .comparing(Metric.L2, Encoding.FLOAT32, 2)
                                .within(1)
                                .cells(sample(), 12)
                                .matches());
        assertThat(matches).hasSize(COUNT);
        assertThat(matches.stream().filter(Match::added)).hasSize(COUNT / 2);
        assertThat(matches)
                .allSatisfy(
                        match -> {
                            String id = match.left().id().substring(1);
                            assertThat(match.right().id()).isEqualTo("r" + id);
                            long time = Long.parseLong(id) + (match.added() ? 0 : COUNT / 2);
                            assertThat(match.time()).isEqualTo(time);
                        });
    }

    @Test
    void theLaterOfNearOnesAreDropped() throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<JoinRecord> records =
                stream(env, "in", i -> JoinRecord.of("p" + i, at(i % 100)).inSequence(i));
        List<JoinRecord> kept =
                collect(
                        SimilarityJoin.of(records)
                                .comparing(Metric.L2, Encoding.FLOAT32, 2)
                                .within(1)
                                .cells(sample(), 12)
                                .visiting(0.5)
                                .deduplicated()
                                .output());
        assertThat(kept)
                .extracting(JoinRecord::sequence)
                .containsExactlyInAnyOrderElementsOf(
                        java.util.stream.LongStream.range(0, 100).boxed().toList());
    }

    @Test
    void setsMeetInSeveralBandsAndAreSaidOnce() throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<JoinRecord> sets =
                stream(
                        env,
                        "sets",
                        i ->
                                JoinRecord.ofSet("s" + i, new long[] {i / 2, i / 2 + 7_000, 1}, 8)
                                        .inSequence(i));
        List<Match> matches =
                collect(
                        SimilarityJoin.of(sets)
                                .comparing(Metric.JACCARD, Encoding.SET64, 8)
                                .within(0.1)
                                .bands(10, 2)
                                .nearest(3)
                                .output());
        assertThat(matches).hasSize(COUNT / 2);
        assertThat(matches)
                .allSatisfy(match -> assertThat(match.distance()).isZero())
                .extracting(match -> match.later().id())
                .doesNotHaveDuplicates();
    }

    @Test
    void vectorsThatDoNotFitAreRefusedAndTakeNoPart() throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<JoinRecord> records =
                stream(
                        env,
                        "in",
                        i ->
                                (i % 2 == 0
                                                ? JoinRecord.of("p" + i, Float.NaN, 0)
                                                : JoinRecord.of("p" + i, at(i)))
                                        .inSequence(i));
        JoinResult<Match> result =
                SimilarityJoin.of(records)
                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                        .within(1)
                        .all();
        assertThat(collect(result.refused())).hasSize(COUNT / 2);
    }

    @Test
    void whatDoesNotFitIsSaidWhenTheJobIsMade() {
        StreamExecutionEnvironment env = environment();
        DataStream<JoinRecord> records = stream(env, "in", i -> JoinRecord.of("p", at(i)));
        assertThatThrownBy(() -> SimilarityJoin.of(records).matches())
                .hasMessageContaining("dimensions must be between 1 and");
        assertThatThrownBy(
                        () ->
                                SimilarityJoin.of(records)
                                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                                        .matches())
                .hasMessageContaining("eps must be 0 or more");
        assertThatThrownBy(
                        () ->
                                SimilarityJoin.of(records)
                                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                                        .within(1)
                                        .bands(4, 2)
                                        .matches())
                .hasMessageContaining("metric must be JACCARD for bands");
        assertThatThrownBy(
                        () ->
                                SimilarityJoin.of(records, records)
                                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                                        .within(1)
                                        .deduplicated())
                .hasMessageContaining("Only a join of one stream");
        assertThatThrownBy(() -> JoinRecord.of("", 1)).hasMessageContaining("1 to 512 bytes");
    }
}
