package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.KeyedRows;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Join jobs over Kafka, beside each other and with TaskManagers that die, say what brute force says
 * of the log, and keep nothing of what is gone.
 */
@Timeout(300)
class JoinITCase {
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final int DIMENSIONS = 8;
    private static final int TRAIN_AFTER = 400;
    private static final int IDS = 300;
    private static final double EPS = 12;

    /** Less, so that many have no earlier record so near. */
    private static final double SAME = 7;

    private static final int KILLS = 2;

    /** Short, so that records are forgotten between two kills. */
    private static final long WINDOW_MS = 1_000;

    private static final long LATENESS_MS = 500;

    @TempDir private Path dir;
    private int trials;

    @Test
    void eachPairIsSaidOnceWhileTaskManagersDieAndNothingIsLeftInTheEnd() {
        Property.holds(1, this::killTaskManagers);
    }

    private void killTaskManagers(SplittableRandom random) throws Exception {
        // Every TaskManager has a part of every job, so each kill hits all of them.
        EmbeddedOptions options =
                EmbeddedOptions.in(dir.resolve("t" + trials++)).withCluster(2, 5, 2);
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(options, List.of(NamedJob.INGEST));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            JoinedWrites writes = new JoinedWrites(client, random, IDS, 2 * WINDOW_MS);
            List<JoinKind> joins = start(nearstream, client, writes, random);
            UniqueCopy copy = startCopy(nearstream, client, joins.get(0).left());
            for (int kill = 0; kill < KILLS; kill++) {
                killBetweenWrites(nearstream, jobs(joins, copy), writes, kill, random);
            }
            writes.write(300);
            awaitSomethingIsKept(nearstream, joins, copy);
            assertThat(copy.awaitThatOfTheLog(nearstream, size -> true))
                    .isBetween(IDS / 10, IDS * 7 / 10);
            writes.endAll();
            assertNothingIsLeft(nearstream, joins, copy);
            copy.awaitThatOfTheLog(nearstream, size -> size == 0); // what expires does so in time
            try (SaidMatches said = new SaidMatches(nearstream, joins)) {
                said.assertThoseOfTheLog();
                said.assertTakenBack();
            }
        }
    }

    /** One learned collection joined with itself, and with another; and sets. */
    private static List<JoinKind> start(
            EmbeddedNearstream nearstream,
            NearstreamClient client,
            JoinedWrites writes,
            SplittableRandom random)
            throws Exception {
        CollectionSettings joined =
                writes.create(RandomWrites.settings("joined", DIMENSIONS, TRAIN_AFTER));
        writes.write(2 * TRAIN_AFTER);
        CollectionSettings other =
                writes.create(RandomWrites.settings("other", DIMENSIONS, TRAIN_AFTER));
        CollectionSettings sets = writes.create(sets());
        writes.write(2 * IDS);
        Await.until(
                "the cells are learned",
                () -> client.collections().describe(joined.name()).newest().number() > 0);
        List<JoinKind> joins =
                List.of(
                        JoinKind.ofItself("join", joined, EPS),
                        JoinKind.ofTwo(
                                "join-two",
                                joined,
                                other,
                                EPS,
                                1 + random.nextInt(3),
                                WINDOW_MS,
                                LATENESS_MS),
                        JoinKind.ofSets(
                                "join-sets",
                                sets,
                                0.6,
                                random.nextInt(3),
                                2 + random.nextInt(5),
                                1 + random.nextInt(2)));
        for (JoinKind join : joins) {
            nearstream.flink().submit(join.job().graph(join.configuration(nearstream)));
            // One after the other: each then has a slot on both TaskManagers.
            nearstream.flink().awaitRunning(join.job().id(), RUNNING);
        }
        return joins;
    }

    private static UniqueCopy startCopy(
            EmbeddedNearstream nearstream, NearstreamClient client, CollectionSettings joined)
            throws Exception {
        CollectionSettings into =
                client.collections()
                        .create(RandomWrites.settings("unique", DIMENSIONS, TRAIN_AFTER));
        UniqueCopy copy = new UniqueCopy(joined, into, SAME);
        nearstream.flink().submit(copy.job().graph(copy.configuration(nearstream)));
        nearstream.flink().awaitRunning(copy.job().id(), RUNNING);
        return copy;
    }

    private static CollectionSettings sets() {
        return new CollectionSettings(
                "sets",
                1,
                DIMENSIONS,
                Metric.JACCARD,
                Encoding.SET64,
                BucketScheme.MIN_HASH,
                8,
                3,
                7,
                0.95,
                TRAIN_AFTER,
                32,
                2,
                0);
    }

    private static List<NamedJob> jobs(List<JoinKind> joins, UniqueCopy copy) {
        return Stream.concat(joins.stream().map(JoinKind::job), Stream.of(copy.job())).toList();
    }

    private static void awaitRunning(EmbeddedNearstream nearstream, List<NamedJob> joins)
            throws InterruptedException {
        nearstream.flink().awaitRunning(JobIds.INGEST, RUNNING);
        for (NamedJob join : joins) {
            nearstream.flink().awaitRunning(join.id(), RUNNING);
        }
    }

    private static void killBetweenWrites(
            EmbeddedNearstream nearstream,
            List<NamedJob> joins,
            JoinedWrites writes,
            int kill,
            SplittableRandom random)
            throws Exception {
        EmbeddedFlink flink = nearstream.flink();
        writes.write(300 + random.nextInt(600));
        for (NamedJob join : joins) {
            if (random.nextBoolean()) {
                flink.checkpoint(join.id());
            }
        }
        List<CompletableFuture<WriteReceipt>> meanwhile =
                new ArrayList<>(writes.send(1 + random.nextInt(900)));
        meanwhile.get(random.nextInt(meanwhile.size())).get(60, TimeUnit.SECONDS);
        Map<NamedJob, Integer> before = new LinkedHashMap<>();
        joins.forEach(join -> before.put(join, flink.numRestarts(join.id())));
        flink.killTaskManager(kill); // the seed says behind which write
        meanwhile.addAll(writes.send(200));
        flink.startTaskManager();
        for (NamedJob join : joins) {
            Await.until(
                    join.name() + " restarts",
                    () -> flink.numRestarts(join.id()) > before.get(join));
        }
        awaitRunning(nearstream, joins);
        JoinedWrites.await(meanwhile);
    }

    /** By those that forget nothing: there is something that can go. */
    private static void awaitSomethingIsKept(
            EmbeddedNearstream nearstream, List<JoinKind> joins, UniqueCopy copy) throws Exception {
        Set<String> some = Set.of("join.place.v1 join-placed", "join.pairs.v1 join-bucket-log");
        for (NamedJob job : jobs(joins.stream().filter(JoinKind::takesAllBack).toList(), copy)) {
            Await.until(
                    job.name() + " keeps something",
                    () -> entries(nearstream, job).keySet().containsAll(some));
        }
    }

    private static void assertNothingIsLeft(
            EmbeddedNearstream nearstream, List<JoinKind> joins, UniqueCopy copy) throws Exception {
        Map<String, Map<String, Integer>> left = new TreeMap<>();
        try {
            Await.until(
                    "nothing is left in the state of the joins",
                    () -> {
                        left.clear();
                        for (NamedJob job : jobs(joins, copy)) {
                            left.put(job.name(), entries(nearstream, job));
                        }
                        return left.values().stream().allMatch(Map::isEmpty);
                    });
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + " Left: " + left, late);
        }
    }

    private static Map<String, Integer> entries(EmbeddedNearstream nearstream, NamedJob job)
            throws Exception {
        String savepoint = nearstream.flink().savepoint(job.id(), false);
        return KeyedRows.counts(KeyedRows.of(savepoint, uid -> uid.endsWith(".pairs.v1")));
    }
}
