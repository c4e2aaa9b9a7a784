package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.StandingInfo;
import io.nearstream.client.StandingQueries;
import io.nearstream.client.VectorUpsert;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingBruteForce;
import io.nearstream.core.standing.StandingCells;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.Kinds;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Standing queries over Kafka, with TaskManagers that die, say what brute force finds in the log.
 */
@Timeout(300)
class StandingITCase {
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final Duration LEASE = Duration.ofHours(1);
    private static final String COLLECTION = "kept";
    private static final int DIMENSIONS = 8;
    private static final int TRAIN_AFTER = 400;
    private static final int IDS = 500;
    private static final int QUERIES = 20;
    private static final int KILLS = 2;

    @TempDir private Path dir;

    @Test
    void committedDifferencesFoldToBruteForceWhileTaskManagersDie() {
        Property.holds(1, this::killTaskManagers);
    }

    private void killTaskManagers(SplittableRandom random) throws Exception {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(2, 2, 2);
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(options, List.of(NamedJob.INGEST));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings collection =
                    client.collections()
                            .create(RandomWrites.settings(COLLECTION, DIMENSIONS, TRAIN_AFTER));
            RandomWrites writes = new RandomWrites(collection, IDS, random);
            write(client, writes, 2 * TRAIN_AFTER);
            Await.until(
                    "the cells are learned",
                    () -> client.collections().describe(COLLECTION).newest().number() > 0);
            EmbeddedFlink flink = nearstream.flink();
            flink.submit(NamedJob.STANDING.graph(standing(nearstream)));
            flink.awaitRunning(NamedJob.STANDING.id(), RUNNING);
            Map<Version, StandingQuery> asked = new LinkedHashMap<>();
            for (int kill = 0; kill < KILLS; kill++) {
                register(client, collection, random, asked);
                write(client, writes, 300 + random.nextInt(300));
                if (random.nextBoolean()) {
                    flink.checkpoint(NamedJob.STANDING.id());
                }
                writes.send(client, 1 + random.nextInt(600)); // the kill comes behind these
                expiring(client, collection, random);
                int before = flink.numRestarts(NamedJob.STANDING.id());
                flink.killTaskManager(kill);
                flink.startTaskManager();
                Await.until(
                        "the job restarts",
                        () -> flink.numRestarts(NamedJob.STANDING.id()) > before);
                flink.awaitRunning(JobIds.INGEST, RUNNING);
                flink.awaitRunning(NamedJob.STANDING.id(), RUNNING);
                writes.awaitOutcome();
            }
            writes.send(client, 200);
            assertWhatIsToldIsOfTheLog(nearstream, collection, asked, writes.awaitOutcome());
            listsAndDrops(client, asked.size());
            refusesWhatIsNoQuery(nearstream, client);
        }
    }

    private static Configuration standing(EmbeddedNearstream nearstream) {
        Configuration configuration = nearstream.flink().configuration();
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, 2);
        configuration.set(StandingOptions.COLLECTION, COLLECTION);
        configuration.set(StandingOptions.DIFFERENCES_PER_SECOND, 100_000);
        return configuration;
    }

    private static void write(NearstreamClient client, RandomWrites writes, int count)
            throws Exception {
        writes.send(client, count);
        writes.awaitOutcome();
    }

    private static void expiring(
            NearstreamClient client, CollectionSettings collection, SplittableRandom random)
            throws Exception {
        for (int i = 0; i < 50; i++) {
            byte[] vector = Kinds.vector(collection, random);
            client.writer()
                    .upsert(
                            VectorUpsert.of(collection, "t" + i, vector)
                                    .withTtl(Duration.ofMillis(1 + random.nextInt(2_000))))
                    .get(60, TimeUnit.SECONDS);
        }
    }

    private static void register(
            NearstreamClient client,
            CollectionSettings collection,
            SplittableRandom random,
            Map<Version, StandingQuery> asked)
            throws Exception {
        StandingQueries standing = client.standingQueries();
        for (int i = 0; i < QUERIES; i++) {
            QueryName name = new QueryName("s" + random.nextInt(3), "q" + asked.size());
            StandingQuery query =
                    new StandingQuery(
                            Kinds.vector(collection, random),
                            1 + random.nextInt(12),
                            random.nextBoolean() ? 200 : Double.POSITIVE_INFINITY,
                            LabelFilter.NONE,
                            StandingQuery.ALL_CELLS);
            var receipt =
                    standing.register(COLLECTION, name, query, LEASE).get(60, TimeUnit.SECONDS);
            asked.put(
                    new Version(receipt.appendTime(), receipt.partition(), receipt.offset()),
                    query);
        }
    }

    private static void assertWhatIsToldIsOfTheLog(
            EmbeddedNearstream nearstream,
            CollectionSettings collection,
            Map<Version, StandingQuery> asked,
            long lastWrite)
            throws Exception {
        try (TopicReading changes =
                        new TopicReading(nearstream.bootstrap(), TopicNames.INDEX_CHANGES);
                TopicReading told =
                        new TopicReading(nearstream.bootstrap(), TopicNames.STANDING_DIFFERENCES)) {
            Await.until(
                    "the log has the last write",
                    () ->
                            log(changes.poll()).stream()
                                    .anyMatch(change -> change.version().time() >= lastWrite));
            int checked = awaitCheck(collection, changes, told, asked);
            assertThat(checked).isGreaterThan(1_000);
            // What would be told twice is committed with the next checkpoints.
            for (int i = 0; i < 2; i++) {
                nearstream.flink().checkpoint(NamedJob.STANDING.id());
            }
            awaitCheck(collection, changes, told, asked);
        }
    }

    private static int awaitCheck(
            CollectionSettings collection,
            TopicReading changes,
            TopicReading told,
            Map<Version, StandingQuery> asked)
            throws Exception {
        AssertionError[] last = {new AssertionError("nothing was told")};
        int[] checked = new int[1];
        try {
            Await.until(
                    "all is told",
                    () -> {
                        try {
                            checked[0] =
                                    check(
                                            collection,
                                            log(changes.poll()),
                                            differences(told.poll()),
                                            asked);
                            return true;
                        } catch (AssertionError early) {
                            last[0] = early;
                            return false;
                        }
                    });
        } catch (AssertionError late) {
            late.addSuppressed(last[0]);
            throw late;
        }
        return checked[0];
    }

    private static int check(
            CollectionSettings collection,
            List<IndexChange> log,
            Map<Version, List<Difference>> told,
            Map<Version, StandingQuery> asked) {
        StandingBruteForce brute =
                new StandingBruteForce(VectorSpace.of(collection), StandingCells.single(), log);
        int checked = 0;
        for (Map.Entry<Version, StandingQuery> query : asked.entrySet()) {
            List<Difference> of = told.getOrDefault(query.getKey(), List.of());
            if (of.isEmpty()) {
                throw new AssertionError("Nothing was told of " + query.getKey());
            }
            checked += brute.check(query.getValue(), of);
        }
        return checked;
    }

    private static List<IndexChange> log(List<ConsumerRecord<byte[], byte[]>> records)
            throws Exception {
        AvroWire wire =
                AvroWire.of(
                        io.nearstream.schemas.IndexChange.getClassSchema(),
                        Progress.getClassSchema());
        List<IndexChange> log = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.value() != null
                    && wire.decode(record.value())
                            instanceof io.nearstream.schemas.IndexChange change) {
                log.add(IndexChangeWire.from(change));
            }
        }
        return log;
    }

    private static Map<Version, List<Difference>> differences(
            List<ConsumerRecord<byte[], byte[]>> records) throws Exception {
        AvroWire wire = AvroWire.of(StandingDifference.getClassSchema());
        Map<Version, List<Difference>> byQuery = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Difference difference =
                    StandingWire.from((StandingDifference) wire.decode(record.value()));
            byQuery.computeIfAbsent(difference.registered(), unknown -> new ArrayList<>())
                    .add(difference);
        }
        return byQuery;
    }

    private static void listsAndDrops(NearstreamClient client, int registered) throws Exception {
        StandingQueries standing = client.standingQueries();
        List<StandingInfo> listed = new ArrayList<>();
        for (int subscriber = 0; subscriber < 3; subscriber++) {
            listed.addAll(standing.list("s" + subscriber));
        }
        assertThat(listed).hasSize(registered);
        StandingRegistration first = listed.get(0).registration();
        standing.drop(new QueryName(first.getSubscriber(), first.getId()))
                .get(60, TimeUnit.SECONDS);
        assertThat(standing.list(first.getSubscriber())).doesNotContain(listed.get(0));
    }

    private static void refusesWhatIsNoQuery(EmbeddedNearstream nearstream, NearstreamClient client)
            throws Exception {
        StandingQuery wrong =
                new StandingQuery(
                        new byte[DIMENSIONS + 1],
                        3,
                        Double.POSITIVE_INFINITY,
                        LabelFilter.NONE,
                        StandingQuery.ALL_CELLS);
        QueryName name = new QueryName("s0", "wrong");
        var receipt =
                client.standingQueries()
                        .register(COLLECTION, name, wrong, LEASE)
                        .get(60, TimeUnit.SECONDS);
        Version stamp = new Version(receipt.appendTime(), receipt.partition(), receipt.offset());
        try (TopicReading told =
                new TopicReading(nearstream.bootstrap(), TopicNames.STANDING_DIFFERENCES)) {
            Await.until(
                    "it is refused",
                    () ->
                            differences(told.poll()).getOrDefault(stamp, List.of()).stream()
                                    .anyMatch(
                                            difference ->
                                                    difference.kind() == Difference.Kind.REFUSED
                                                            && difference
                                                                    .reason()
                                                                    .equals("WRONG_DIMENSION")));
        }
    }
}
