package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.join.BruteForce;
import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Log;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The operators say what brute force says, whatever overtakes what and whenever they fail. */
class JoinOperatorsTest {
    private static final class Run extends FailingRun<Cluster, Cluster.Checkpoint, PairChange> {
        private final Log log;
        private final List<JoinChange> inputs;
        private int committedPosition;
        private int position;

        Run(Log log, SplittableRandom random) {
            super(random);
            this.log = log;
            this.inputs = mixed(log.changes(), random);
        }

        /** Everything up to this time was read. */
        private long time() {
            return inputs.subList(position, inputs.size()).stream()
                    .mapToLong(change -> change.record().version().time() - 1)
                    .min()
                    .orElse(Long.MAX_VALUE - 1);
        }

        @Override
        protected Cluster open(List<Cluster.Checkpoint> from, int inputCount, int buckets)
                throws Exception {
            position = committedPosition;
            return new Cluster(
                    log.rule(), rule -> log.routing(), random, from, inputCount, buckets);
        }

        @Override
        protected boolean hasMore() {
            return position < inputs.size();
        }

        @Override
        protected void step(Cluster cluster) throws Exception {
            switch (random.nextInt(18)) {
                case 0, 1, 2, 3, 4, 5 -> cluster.read(inputs.get(position++));
                case 6, 7 -> cluster.time(time(), false);
                case 8 -> replay(cluster);
                default -> cluster.deliver();
            }
        }

        /** What lies before the position was read, and may be read again. */
        private void replay(Cluster cluster) throws Exception {
            if (position > 0) {
                cluster.read(inputs.get(random.nextInt(position)));
            }
        }

        @Override
        protected void end(Cluster cluster) throws Exception {
            cluster.time(Long.MAX_VALUE - 1, true);
        }

        @Override
        protected Cluster.Checkpoint checkpoint(Cluster cluster) throws Exception {
            committedPosition = position;
            return cluster.checkpoint(1);
        }

        @Override
        protected List<PairChange> said(Cluster cluster) {
            return cluster.said();
        }

        /** The changes that count: of one record at one version the first. */
        List<JoinChange> accepted() {
            Map<RecordRef, JoinChange> first = new LinkedHashMap<>();
            inputs.forEach(change -> first.putIfAbsent(change.record(), change));
            return List.copyOf(first.values());
        }
    }

    @Test
    void eachPairComesOnceAfterFailuresAndAtAnotherParallelism() {
        AtomicLong failures = new AtomicLong();
        AtomicLong pairs = new AtomicLong();
        Property.holds(
                30,
                random -> {
                    Log log = Log.random(random, 20 + random.nextInt(100));
                    Run run = new Run(log, random);
                    run.run();
                    BruteForce brute = new BruteForce(log.rule(), log.routing(), run.accepted());
                    assertThat(run.committed())
                            .containsExactlyInAnyOrderElementsOf(brute.says(Integer.MAX_VALUE));
                    failures.addAndGet(run.failures());
                    pairs.addAndGet(run.committed().size());
                });
        assertThat(failures.get()).as("failures in all trials").isPositive();
        assertThat(pairs.get()).as("pairs in all trials").isPositive();
    }

    @Test
    void nothingIsLeftInStateOfWhatIsGone() {
        Property.holds(
                20,
                random -> {
                    Log log = Log.random(random, 80);
                    List<JoinChange> all = new ArrayList<>(log.changes());
                    long after = all.get(all.size() - 1).record().version().time() + 1;
                    for (JoinChange change : log.changes()) {
                        RecordRef end = change.record().at(new Version(after, 0, 0));
                        all.add(
                                random.nextBoolean()
                                        ? JoinChange.deleted(end)
                                        : expiring(change, end));
                    }
                    try (Cluster cluster =
                            new Cluster(
                                    log.rule(), rule -> log.routing(), random, List.of(), 2, 2)) {
                        int position = 0;
                        for (JoinChange change : all) {
                            cluster.read(change);
                            if (position++ == all.size() / 2) {
                                assertThat(cluster.stateSize()).isPositive();
                            }
                        }
                        cluster.time(Long.MAX_VALUE - 1, true);
                        cluster.checkpoint(1);
                        assertThat(cluster.stateSize()).isZero();
                    }
                });
    }

    private static JoinChange expiring(JoinChange change, RecordRef at) {
        return new JoinChange(
                at, change.delete(), change.vector(), change.eventTime(), at.version().time() + 5);
    }

    @Test
    void theCellsOfTheStateGoOnToBeUsed() throws Exception {
        JoinRule rule = rule();
        BucketRouting before = BucketRouting.cells(new byte[] {0, 0, 9, 9}, 1);
        BucketRouting after = BucketRouting.cells(new byte[] {40, 40, 90, 90, 1, 1}, 1);
        List<PairChange> said = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        Cluster.Checkpoint checkpoint;
        try (Cluster cluster = new Cluster(rule, before, random, List.of(), 2, 2)) {
            cluster.read(change("a", 5, 8, 8));
            checkpoint = cluster.checkpoint(1);
        }
        try (Cluster cluster = new Cluster(rule, after, random, List.of(checkpoint), 3, 1)) {
            cluster.read(change("b", 6, 8, 9));
            cluster.time(Long.MAX_VALUE - 1, true);
            checkpoint = cluster.checkpoint(2);
            said.addAll(cluster.said());
        }
        try (Cluster cluster = new Cluster(rule, after, random, List.of(checkpoint), 1, 2)) {
            cluster.checkpoint(3);
        }
        assertThat(said).extracting(pair -> pair.pair().later().id()).containsExactly("b");
    }

    private static JoinChange change(String id, long time, int... values) {
        byte[] vector = {(byte) values[0], (byte) values[1]};
        RecordRef record = new RecordRef((byte) 0, id, new Version(time, 0, 0));
        return new JoinChange(record, false, vector, time, JoinChange.NEVER);
    }

    private static JoinRule rule() {
        return new JoinRule(
                Metric.L2,
                Encoding.UINT8,
                2,
                1,
                false,
                JoinRule.UNLIMITED,
                JoinRule.UNLIMITED,
                true);
    }

    @Test
    void aRestoreWithOtherBucketsIsRefused() throws Exception {
        JoinRule rule = rule();
        SplittableRandom random = new SplittableRandom(1);
        Cluster.Checkpoint checkpoint;
        try (Cluster cluster = new Cluster(rule, BucketRouting.single(), random, List.of(), 1, 1)) {
            checkpoint = cluster.checkpoint(1);
        }
        assertThatThrownBy(
                        () ->
                                new Cluster(
                                        rule,
                                        BucketRouting.cells(new byte[] {0, 0, 9, 9}, 1),
                                        random,
                                        List.of(checkpoint),
                                        1,
                                        1))
                .hasStackTraceContaining("The state was made with other buckets");
    }

    @Test
    void aRestoreOfAnotherRuleIsRefused() throws Exception {
        JoinRule rule = rule();
        JoinRule wider =
                new JoinRule(
                        Metric.L2,
                        Encoding.UINT8,
                        2,
                        1.5,
                        false,
                        JoinRule.UNLIMITED,
                        JoinRule.UNLIMITED,
                        true);
        SplittableRandom random = new SplittableRandom(1);
        Cluster.Checkpoint checkpoint;
        try (Cluster cluster = new Cluster(rule, BucketRouting.single(), random, List.of(), 2, 1)) {
            checkpoint = cluster.checkpoint(1);
        }
        assertThatThrownBy(
                        () ->
                                new Cluster(
                                        wider,
                                        BucketRouting.single(),
                                        random,
                                        List.of(checkpoint),
                                        1,
                                        1))
                .hasStackTraceContaining("eps=1.0")
                .hasStackTraceContaining("but this job is of")
                .hasStackTraceContaining("eps=1.5");
    }
}
