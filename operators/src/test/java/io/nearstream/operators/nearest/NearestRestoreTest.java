package io.nearstream.operators.nearest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.JoinChange;
import io.nearstream.operators.nearest.NearestHarnesses.Checkpoint;
import io.nearstream.testing.Property;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.junit.jupiter.api.Test;

/** What was known of the time before a failure is known after it. */
class NearestRestoreTest {
    private static final Watermark END = new Watermark(10_000);

    @Test
    void anInputThatIsQuietAfterARestoreHoldsUpNoAnswer() {
        Property.holds(
                8,
                random -> {
                    NearestLog log = NearestLog.random(random, 20);
                    boolean indexFirst = random.nextBoolean();
                    Checkpoint before;
                    try (NearestCluster cluster = cluster(log, random, List.of())) {
                        for (JoinChange change : log.changes()) {
                            cluster.index(change);
                        }
                        for (NearestLog.Element element : log.elements()) {
                            cluster.ask(element.number(), element.time());
                        }
                        tell(cluster, indexFirst);
                        before = cluster.checkpoint(1);
                        assertThat(cluster.said()).isEmpty();
                    }
                    try (NearestCluster cluster = cluster(log, random, List.of(before))) {
                        tell(cluster, !indexFirst);
                        cluster.checkpoint(2);
                        assertThat(cluster.said()).hasSameSizeAs(log.elements());
                    }
                });
    }

    /** An index that has ended says no more, and idle elements hold nothing up: time has passed. */
    @Test
    void whoAsksBehindTheEndOfTheIndexIsAnswered() {
        Property.holds(
                8,
                random -> {
                    NearestLog log = NearestLog.random(random, 20);
                    try (NearestCluster cluster = cluster(log, random, List.of())) {
                        for (JoinChange change : log.changes()) {
                            cluster.index(change);
                        }
                        cluster.searchesPass(Watermark.MAX_WATERMARK);
                        for (NearestLog.Element element : log.elements()) {
                            cluster.ask(element.number(), element.time());
                        }
                        cluster.checkpoint(1);
                        assertThat(cluster.said()).hasSameSizeAs(log.elements());
                    }
                });
    }

    /** Buckets have answered all that there was: what one subtask had less is late, too. */
    @Test
    void behindADrainAllThatAskKnowTheNewestOfAny() {
        Property.holds(
                8,
                random -> {
                    NearestLog log = NearestLog.random(random, 20);
                    Checkpoint drained;
                    try (NearestCluster cluster = cluster(log, random, List.of())) {
                        for (int time = 1; time <= 20; time++) {
                            cluster.ask(3, time);
                        }
                        cluster.askTime(Watermark.MAX_WATERMARK, true);
                        cluster.indexTime(Watermark.MAX_WATERMARK, true);
                        drained = cluster.checkpoint(1);
                        assertThat(cluster.said()).hasSize(20);
                    }
                    int asks = 1 + random.nextInt(3);
                    try (NearestCluster cluster =
                            new NearestCluster(
                                    log.topology(),
                                    NearestLog::vector,
                                    random,
                                    List.of(drained),
                                    asks,
                                    2)) {
                        for (int i = 0; i < 10; i++) {
                            cluster.ask(4, 20);
                            cluster.ask(5, 21);
                        }
                        cluster.askTime(END, true);
                        cluster.indexTime(END, true);
                        cluster.checkpoint(2);
                        assertThat(cluster.aside(NearestHarnesses.LATE))
                                .hasSize(10)
                                .containsOnly(4);
                        assertThat(cluster.said())
                                .hasSize(10)
                                .allMatch(answer -> answer.neighbours().element() == 5);
                    }
                });
    }

    private static void tell(NearestCluster cluster, boolean index) throws Exception {
        if (index) {
            cluster.indexTime(END, true);
        } else {
            cluster.askTime(END, true);
        }
    }

    private static NearestCluster cluster(
            NearestLog log, SplittableRandom random, List<Checkpoint> from) throws Exception {
        return new NearestCluster(log.topology(), NearestLog::vector, random, from, 2, 2);
    }
}
