package io.nearstream.operators;

import static io.nearstream.operators.NearestStreams.COUNT;
import static io.nearstream.operators.NearestStreams.at;
import static io.nearstream.operators.NearestStreams.collect;
import static io.nearstream.operators.NearestStreams.elements;
import static io.nearstream.operators.NearestStreams.index;
import static io.nearstream.operators.NearestStreams.sample;
import static io.nearstream.operators.NearestStreams.search;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The library as others use it, on a cluster in this JVM with RocksDB. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NearestNeighboursITCase {
    private static final int PARALLELISM = 2;

    private static MiniCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(PARALLELISM)
                                .withRandomPorts()
                                .build());
        cluster.start();
        TestStreamEnvironment.setAsContext(cluster, PARALLELISM);
    }

    @AfterAll
    static void stop() throws Exception {
        TestStreamEnvironment.unsetAsContext();
        cluster.close();
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

    /** Numbers; a source goes on when a checkpoint is complete, so that time passes among them. */
    private static DataStream<Long> numbers(
            StreamExecutionEnvironment env, long count, int ofCheckpoint, String uid) {
        return env.fromSource(
                        new DataGeneratorSource<>(
                                i -> i,
                                count,
                                RateLimiterStrategy.perCheckpoint(ofCheckpoint),
                                Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        uid)
                .uid(uid);
    }

    @Test
    void whatWasAskedComesOnceAsOfItsTimeThroughFailures() throws Exception {
        int k = 4;
        double distanceMax = 6;
        StreamExecutionEnvironment env = failing();
        DataStream<JoinRecord> index =
                NearestStreams.records(
                                numbers(env, MovingIndex.CHANGES, 200, "index"),
                                MovingIndex::change)
                        .assignTimestampsAndWatermarks(
                                NearestStreams.<JoinRecord>timeOfEach(MovingIndex.DISORDER_MS)
                                        .withTimestampAssigner(
                                                (record, none) ->
                                                        MovingIndex.changeTime(record.sequence())))
                        .uid("index-times");
        DataStream<Long> elements =
                numbers(env, MovingIndex.ELEMENTS, 140, "elements")
                        .assignTimestampsAndWatermarks(
                                NearestStreams.<Long>timeOfEach(MovingIndex.DISORDER_MS)
                                        .withTimestampAssigner(
                                                (i, none) -> MovingIndex.elementTime(i)))
                        .uid("element-times");
        DataStream<Neighbours<Long>> answers =
                NearestNeighbours.of(elements, index)
                        .floats(i -> MovingIndex.element(i))
                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                        .k(k)
                        .within(distanceMax)
                        .cells(MovingIndex.sample(), 8)
                        .heap(2_000, 2_000)
                        .neighbours();
        // Of each half of the elements 70 come out of a source for a checkpoint: behind the first
        // 70 there was one.
        List<Neighbours<Long>> all =
                collect(answers.map(FailsOnce.at(100L, 350L), answers.getType()).uid("fails"));
        assertThat(FailsOnce.left()).as("failures that did not come").isEmpty();
        assertThat(FailsOnce.restored()).as("subtasks with a checkpoint").isPositive();
        List<Neighbours<Long>> expected = new ArrayList<>();
        for (long i = 0; i < MovingIndex.ELEMENTS; i++) {
            expected.add(new Neighbours<>(i, MovingIndex.nearest(i, k, distanceMax)));
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(expected)
                .as("some have as many as were wanted, some have fewer")
                .anyMatch(answer -> answer.nearest().size() == k)
                .anyMatch(answer -> answer.nearest().size() < k);
    }

    private static StreamExecutionEnvironment failing() {
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        env.enableCheckpointing(20);
        Configuration restarts = new Configuration();
        restarts.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        restarts.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 20);
        restarts.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        env.configure(restarts);
        return env;
    }

    @Test
    void elementsThatWereIdleAtTheEndOfTheIndexAreAnswered() throws Exception {
        int count = 20;
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        env.getConfig().setAutoWatermarkInterval(10);
        DataStream<Long> elements =
                env.fromSource(
                                new DataGeneratorSource<>(
                                        i -> i, count, OpensAtTheEnd.gate(), Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "elements")
                        .uid("elements")
                        .setParallelism(1) // of two the first to end would make the other late
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<Long>forBoundedOutOfOrderness(Duration.ofDays(1))
                                        .withTimestampAssigner((i, none) -> COUNT + i)
                                        .withIdleness(Duration.ofMillis(20)))
                        .uid("element-times")
                        .setParallelism(1);
        DataStream<Neighbours<Long>> answers =
                search(elements, index(env, i -> JoinRecord.of("r" + i, at(i)))).neighbours();
        List<Neighbours<Long>> all =
                collect(
                        answers.transform("Open gate", answers.getType(), new OpensAtTheEnd<>())
                                .setParallelism(1));
        List<Neighbours<Long>> expected = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            expected.add(new Neighbours<>(i, List.of(new Neighbour("r" + i, 0, i, i))));
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Whoever gives them in again at another time gets the expiry that they had. */
    @Test
    void lateRecordsOfAnIndexThatAgesComeBackAsTheyCame() throws Exception {
        StreamExecutionEnvironment env = SimilarityJoinITCase.environment();
        env.setParallelism(1);
        DataStream<JoinRecord> index =
                NearestStreams.records(env.fromSequence(0, 3), NearestNeighboursITCase::lateOne)
                        .assignTimestampsAndWatermarks(
                                NearestStreams.<JoinRecord>timeOfEach(0)
                                        .withTimestampAssigner(
                                                (record, none) -> 900 - record.sequence()));
        List<JoinRecord> late =
                collect(
                        search(elements(env, i -> i), index)
                                .keeping(Duration.ofMillis(100))
                                .all()
                                .lateRecords());
        assertThat(late)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        lateOne(1).inSequence(1),
                        lateOne(2).inSequence(2),
                        lateOne(3).inSequence(3));
    }

    /** All but the first are behind the time of the one before. */
    private static JoinRecord lateOne(long i) {
        return switch ((int) i) {
            case 2 -> JoinRecord.of("r2", at(2)).expiringAt(7_000);
            case 3 -> JoinRecord.gone("r3");
            default -> JoinRecord.of("r" + i, at(i));
        };
    }
}
