package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StateRunTest {
    /**
     * Of the largest value under the largest limits, more than what Flink hands over by default.
     */
    private static final int LARGE = 3 << 20;

    private static CountDownLatch blocked = new CountDownLatch(1);
    private static CountDownLatch toldAgain = new CountDownLatch(1);

    @TempDir private Path dir;

    private StreamExecutionEnvironment environment() throws IOException {
        Path savepoint =
                Path.of(System.getProperty("nearstream.root", ".."))
                        .resolve("embedded/released/v1/ingest");
        return new StateJobs(Savepoint.open(savepoint.toString()), dir, 1).environment();
    }

    @Test
    void recordsOfThreeMebibytesComeOut() throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<byte[]> large =
                env.fromSequence(0, 5)
                        .map(
                                i -> {
                                    byte[] record = new byte[LARGE + i.intValue()];
                                    record[record.length - 1] = i.byteValue();
                                    return record;
                                })
                        .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        List<Integer> found = new ArrayList<>();
        try (StateRun run = StateRun.start(env, large, "Large records", done -> {})) {
            while (run.hasNext()) {
                byte[] record = run.next();
                assertThat(record[record.length - 1]).isEqualTo((byte) (record.length - LARGE));
                found.add(record.length - LARGE);
            }
            assertThat(run.counters()).isEqualTo(new StateRun.Counters(0, 0, 0, ""));
        }
        assertThat(found).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }

    /** Who has results knows how far it is; what was gathered is no figure of theirs. */
    @Test
    void whatIsGatheredIsToldUntilTheFirstResult() throws Exception {
        blocked = new CountDownLatch(1);
        toldAgain = new CountDownLatch(1);
        StreamExecutionEnvironment env = environment();
        DataStream<byte[]> slow =
                env.fromSequence(0, 2)
                        .returns(Types.LONG)
                        .filter(new Tally<>(i -> StateRun.GATHERED))
                        .map(
                                i -> {
                                    if (i == 0) {
                                        blocked.await(); // until it was told once
                                    } else if (i == 1) {
                                        // Who would tell again has the time to.
                                        toldAgain.await(
                                                2 * StateRun.POLL.toMillis(),
                                                TimeUnit.MILLISECONDS);
                                    }
                                    return new byte[1];
                                })
                        .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        AtomicLong told = new AtomicLong();
        AtomicBoolean hasResults = new AtomicBoolean();
        LongConsumer counting =
                gathered -> {
                    told.incrementAndGet();
                    (hasResults.get() ? toldAgain : blocked).countDown();
                };
        try (StateRun run = StateRun.start(env, slow, "Slow", counting)) {
            assertThat(run.hasNext()).isTrue();
            hasResults.set(true);
            long before = told.get();
            int records = 0;
            for (; run.hasNext(); records++) {
                run.next();
            }
            assertThat(records).isEqualTo(3);
            assertThat(before).isPositive();
            assertThat(told).hasValue(before);
        }
    }

    /** Flink's own iterator would go on waiting. */
    @Test
    void anInterruptEndsTheWaitForResultsAndTheJob() throws Exception {
        blocked = new CountDownLatch(1);
        StreamExecutionEnvironment env = environment();
        DataStream<byte[]> never =
                env.fromSequence(0, 1)
                        .map(
                                i -> {
                                    blocked.countDown();
                                    new CountDownLatch(1).await();
                                    return new byte[0];
                                })
                        .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread worker =
                new Thread(
                        () -> {
                            try (StateRun run = StateRun.start(env, never, "Never", done -> {})) {
                                run.hasNext();
                            } catch (Exception interrupted) {
                                thrown.set(interrupted);
                            }
                        });
        worker.start();
        blocked.await();
        worker.interrupt();
        worker.join();
        assertThat(thrown.get())
                .hasMessage("The export was interrupted.")
                .hasNoSuppressedExceptions();
    }

    @Test
    void whatFailsInTheJobIsToldByTheResults() throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<byte[]> broken =
                env.fromSequence(0, 1)
                        .map(i -> new byte[(int) (i - 2)])
                        .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        try (StateRun run = StateRun.start(env, broken, "Broken", done -> {})) {
            assertThatThrownBy(
                            () -> {
                                while (run.hasNext()) {
                                    run.next();
                                }
                                run.counters();
                            })
                    .hasRootCauseInstanceOf(NegativeArraySizeException.class);
        }
    }

    @Test
    void countsAreTaken() throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<Long> counted =
                env.fromSequence(1, 10)
                        .returns(Types.LONG)
                        .filter(new Tally<>(i -> i % 2 == 0 ? "even" : ""));
        assertThat(StateRun.count(env, counted, "Count", done -> {})).isEqualTo(Map.of("even", 5L));
    }
}
