package io.nearstream.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The library as others use it, on a cluster in this JVM with RocksDB. */
class NearestNeighboursITCase {
    private static final int COUNT = 300;

    private interface RecordOf extends LongFunction<JoinRecord>, Serializable {}

    private interface TimeOf extends LongUnaryOperator, Serializable {}

    private static DataStream<JoinRecord> index(StreamExecutionEnvironment env, RecordOf of) {
        return env.fromSequence(0, COUNT - 1)
                .uid("index")
                .map(i -> of.apply(i).inSequence(i), JoinRecordSerializer.TYPE)
                .uid("index-records")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<JoinRecord>forBoundedOutOfOrderness(Duration.ofDays(1))
                                .withTimestampAssigner((record, none) -> record.sequence()))
                .uid("index-times");
    }

    private static DataStream<Long> elements(StreamExecutionEnvironment env, TimeOf time) {
        return env.fromSequence(0, COUNT - 1)
                .uid("elements")
                .map(i -> i, Types.LONG)
                .uid("element-numbers")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Long>forBoundedOutOfOrderness(Duration.ofDays(1))
                                .withTimestampAssigner((i, none) -> time.applyAsLong(i)))
                .uid("element-times");
    }

    private static float[] at(long i) {
        return new float[] {i * 10, 0};
    }

    private static List<byte[]> sample() {
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < COUNT; i += 4) {
            sample.add(Vectors.fromFloats(at(i)));
        }
        return sample;
    }

    private static <T> List<T> collect(DataStream<T> stream) throws Exception {
        List<T> all = new ArrayList<>();
        try (CloseableIterator<T> values = stream.executeAndCollect()) {
            values.forEachRemaining(all::add);
        }
        return all;
    }

    private static <T> void discard(DataStream<T> stream, String uid) {
        stream.sinkTo(new DiscardingSink<>()).uid(uid);
    }

    /** Where uids are made up, or change, a job loses its state. */
    @Test
    void everyOperatorHasItsUidAndNoTypeIsGeneric() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        NearestResult<Long> result =
                search(elements(env, i -> i), index(env, i -> JoinRecord.of("r" + i, at(i))))
                        .named("near")
                        .all();
        discard(result.output(), "out");
        discard(result.late(), "late");
        discard(result.refused(), "refused");
        discard(result.lateRecords(), "late-records");
        discard(result.refusedRecords(), "refused-records");
        assertThat(env.getStreamGraph(false).getStreamNodes())
                .extracting(StreamNode::getTransformationUID)
                .contains(
                        "near.index.v1",
                        "near.age.v1",
                        "near.place.v1",
                        "near.ask.v1",
                        "near.search.v1",
                        "near.merge.v1",
                        "near.late-records.v1");
        assertThat(env.getStreamGraph().getJobGraph().getNumberOfVertices()).isGreaterThan(5);
    }

    private static NearestNeighbours<Long> search(
            DataStream<Long> elements, DataStream<JoinRecord> index) {
        return NearestNeighbours.of(elements, index)
                .floats(i -> at(i))
                .comparing(Metric.L2, Encoding.FLOAT32, 2);
    }

    @Test
    void anElementSeesTheIndexAsOfItsTime() throws Exception {
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        // The second half takes the first half away again, and leaves nothing.
        DataStream<JoinRecord> index =
                index(
                        env,
                        i ->
                                i < COUNT / 2
                                        ? JoinRecord.of("r" + i, at(i))
                                        : JoinRecord.gone("r" + (i - COUNT / 2)));
        List<Neighbours<Long>> answers =
                collect(
                        search(elements(env, i -> i), index)
                                .k(2)
                                .within(15)
                                .cells(sample(), 12)
                                .neighbours());
        assertThat(answers).hasSize(COUNT);
        for (Neighbours<Long> answer : answers) {
            long i = answer.element();
            if (i == 0) {
                assertThat(answer.nearest()).containsExactly(new Neighbour("r0", 0, 0, 0));
            } else if (i < COUNT / 2) {
                assertThat(answer.nearest())
                        .containsExactly(
                                new Neighbour("r" + i, 0, i, i),
                                new Neighbour("r" + (i - 1), 10, i - 1, i - 1));
            } else if (i > COUNT / 2) {
                assertThat(answer.nearest()).isEmpty();
            }
        }
    }

    @Test
    void recordsExpireByTheAgeThatTheyAreKept() throws Exception {
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        DataStream<JoinRecord> index = index(env, i -> JoinRecord.of("r" + i, at(i)));
        List<Neighbours<Long>> answers =
                collect(
                        search(elements(env, i -> i + 1_000), index)
                                .k(COUNT)
                                .keeping(Duration.ofMillis(1_100))
                                .neighbours());
        assertThat(answers).hasSize(COUNT);
        for (Neighbours<Long> answer : answers) {
            // At 1,000 + i those since then less 1,100 live: later ones than i - 100.
            long gone = Math.max(0, answer.element() - 99);
            assertThat(answer.nearest()).hasSize((int) (COUNT - gone));
        }
    }

    @Test
    void setsAreSearchedToo() throws Exception {
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        DataStream<JoinRecord> index =
                index(env, i -> JoinRecord.ofSet("s" + i, new long[] {i, i + 7_000, -1}, 8));
        List<Neighbours<Long>> answers =
                collect(
                        NearestNeighbours.of(elements(env, i -> COUNT), index)
                                .vectors(i -> Sets.encode(new long[] {i, i + 7_000}, 8))
                                .comparing(Metric.JACCARD, Encoding.SET64, 8)
                                .buckets(4)
                                .neighbours());
        assertThat(answers)
                .hasSize(COUNT)
                .allSatisfy(
                        answer -> {
                            Neighbour nearest = answer.nearest().get(0);
                            assertThat(nearest.id()).isEqualTo("s" + answer.element());
                            assertThat(nearest.distance()).isCloseTo(1.0 / 3, within(1e-9));
                        });
    }

    @Test
    void whatHasNoVectorOfTheSpaceIsRefused() throws Exception {
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        NearestResult<Long> result =
                NearestNeighbours.of(
                                elements(env, i -> i),
                                index(env, i -> JoinRecord.of("r" + i, at(i))))
                        .floats(i -> i % 3 == 0 ? new float[] {i} : at(i))
                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                        .all();
        assertThat(collect(result.refused())).hasSize(COUNT / 3);
    }

    @Test
    void whatDoesNotFitIsSaidWhenTheJobIsMade() {
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        DataStream<JoinRecord> index = index(env, i -> JoinRecord.of("r" + i, at(i)));
        DataStream<Long> elements = elements(env, i -> i);
        assertThatThrownBy(
                        () ->
                                NearestNeighbours.of(elements, index)
                                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                                        .neighbours())
                .hasMessageContaining("use vectors(...) or floats(...)");
        assertThatThrownBy(() -> search(elements, index).k(0).neighbours())
                .hasMessageContaining("k must be between 1 and 1000, but was 0");
        assertThatThrownBy(() -> search(elements, index).within(-1).neighbours())
                .hasMessageContaining("must be 0 or more, but was -1.0");
        assertThatThrownBy(() -> search(elements, index).buckets(0).neighbours())
                .hasMessageContaining("buckets must be between 1 and 1024, but was 0");
        assertThatThrownBy(() -> search(elements, index).visiting(.5).neighbours())
                .hasMessageContaining("A share of 0.5 may be asked of cells only");
        assertThatThrownBy(
                        () -> search(elements, index).cells(sample(), 4).visiting(0).neighbours())
                .hasMessageContaining("The share of cells must be above 0");
        assertThatThrownBy(() -> search(elements, index).keeping(Duration.ZERO))
                .hasMessageContaining("kept for 1 millisecond or more");
        assertThatThrownBy(
                        () ->
                                search(elements, index)
                                        .comparing(Metric.INNER_PRODUCT, Encoding.FLOAT32, 2)
                                        .neighbours())
                .hasMessageContaining("Scale the vectors to length 1 and use COSINE");
    }
}
