package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.join.BruteForce;
import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRouting;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.MatchWire;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The join job over Kafka, with TaskManagers that die, says what brute force says of the log. */
@Timeout(300)
class JoinITCase {
    private static final NamedJob JOIN = NamedJob.JOIN;
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final String COLLECTION = "joined";
    private static final int DIMENSIONS = 8;
    private static final int TRAIN_AFTER = 400;
    private static final int IDS = 500;
    private static final double EPS = 12;
    private static final int KILLS = 2;

    @TempDir private Path dir;

    @Test
    void eachPairIsSaidOnceWhileTaskManagersDie() {
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
            write(client, collection, random, 2 * TRAIN_AFTER);
            Await.until(
                    "the cells are learned",
                    () -> client.collections().describe(COLLECTION).newest().number() > 0);
            EmbeddedFlink flink = nearstream.flink();
            flink.submit(JOIN.graph(joining(nearstream)));
            flink.awaitRunning(JOIN.id(), RUNNING);
            for (int kill = 0; kill < KILLS; kill++) {
                write(client, collection, random, 300 + random.nextInt(400));
                if (random.nextBoolean()) {
                    flink.checkpoint(JOIN.id());
                }
                List<CompletableFuture<WriteReceipt>> meanwhile =
                        send(client, collection, random, 1 + random.nextInt(600));
                meanwhile.get(random.nextInt(meanwhile.size())).get(60, TimeUnit.SECONDS);
                int before = flink.numRestarts(JOIN.id());
                flink.killTaskManager(kill); // the seed says behind which write
                meanwhile.addAll(send(client, collection, random, 100));
                flink.startTaskManager();
                Await.until("the join restarts", () -> flink.numRestarts(JOIN.id()) > before);
                flink.awaitRunning(JobIds.INGEST, RUNNING);
                flink.awaitRunning(JOIN.id(), RUNNING);
                await(meanwhile);
            }
            write(client, collection, random, 200);
            assertMatchesAreThoseOfTheLog(nearstream, collection);
        }
    }

    private static Configuration joining(EmbeddedNearstream nearstream) {
        Configuration configuration = nearstream.flink().configuration();
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, 2);
        configuration.set(JoinOptions.LEFT, COLLECTION);
        configuration.set(JoinOptions.EPS, EPS);
        return configuration;
    }

    private static void write(
            NearstreamClient client,
            CollectionSettings collection,
            SplittableRandom random,
            int count)
            throws Exception {
        await(send(client, collection, random, count));
    }

    private static void await(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            receipt.get(60, TimeUnit.SECONDS);
        }
    }

    private static List<CompletableFuture<WriteReceipt>> send(
            NearstreamClient client,
            CollectionSettings collection,
            SplittableRandom random,
            int count) {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = "v" + random.nextInt(IDS);
            if (random.nextInt(5) == 0) {
                receipts.add(client.writer().delete(COLLECTION, id));
            } else {
                VectorUpsert upsert = VectorUpsert.of(collection, id, vector(random));
                boolean expires = random.nextInt(5) == 0;
                receipts.add(
                        client.writer()
                                .upsert(
                                        expires
                                                ? upsert.withTtl(
                                                        Duration.ofMillis(
                                                                1 + random.nextInt(3_000)))
                                                : upsert));
            }
        }
        return receipts;
    }

    private static byte[] vector(SplittableRandom random) {
        byte[] vector = new byte[DIMENSIONS];
        int cluster = random.nextInt(40);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (byte) ((cluster * 53 + i * 29) % 120 + random.nextInt(10));
        }
        return vector;
    }

    private static void assertMatchesAreThoseOfTheLog(
            EmbeddedNearstream nearstream, CollectionSettings collection) throws Exception {
        List<String> expected = new ArrayList<>();
        List<String> said = new ArrayList<>();
        try (TopicReading changes =
                        new TopicReading(nearstream.bootstrap(), TopicNames.INDEX_CHANGES);
                TopicReading matches =
                        new TopicReading(nearstream.bootstrap(), TopicNames.MATCHES)) {
            try {
                Await.until(
                        "all is said",
                        () -> {
                            expected.clear();
                            expected.addAll(bruteForce(changes.poll(), collection));
                            said.clear();
                            matches.poll().forEach(match -> said.add(hex(match.value())));
                            Collections.sort(said);
                            return !said.isEmpty() && said.equals(expected);
                        });
            } catch (AssertionError late) {
                assertThat(said).as(late.getMessage()).containsExactlyElementsOf(expected);
                throw late;
            }
            // What would be said twice is committed with the next checkpoints.
            long last = 0;
            for (int i = 0; i < 2; i++) {
                last = nearstream.flink().checkpoint(JOIN.id());
            }
            assertThat(matches.poll()).as("after checkpoint %d", last).hasSameSizeAs(expected);
        }
        assertThat(said).hasSizeGreaterThan(100);
    }

    /** The matches that the log of index changes asks for, as they are encoded, sorted. */
    private static List<String> bruteForce(
            List<ConsumerRecord<byte[], byte[]>> log, CollectionSettings collection)
            throws Exception {
        AvroWire wire =
                AvroWire.of(
                        io.nearstream.schemas.IndexChange.getClassSchema(),
                        Progress.getClassSchema());
        List<JoinChange> changes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : log) {
            if (record.value() != null
                    && wire.decode(record.value())
                            instanceof io.nearstream.schemas.IndexChange change) {
                changes.add(joinChange(IndexChangeWire.from(change)));
            }
        }
        JoinRule rule =
                new JoinRule(
                        collection.metric(),
                        collection.encoding(),
                        DIMENSIONS,
                        EPS,
                        false,
                        JoinRule.UNLIMITED,
                        JoinRule.UNLIMITED,
                        true);
        MatchWire encoding = new MatchWire("join", collection.uid(), collection.uid());
        List<PairChange> says =
                new BruteForce(rule, JoinRouting.single(), changes).says(Integer.MAX_VALUE);
        return says.stream().map(change -> hex(encoding.encode(change))).sorted().toList();
    }

    private static JoinChange joinChange(IndexChange change) {
        RecordKey key = change.key();
        RecordRef record = new RecordRef(JoinRule.LEFT, key.id(), change.version());
        return change.delete()
                ? JoinChange.deleted(record)
                : new JoinChange(
                        record, false, change.vector(), change.eventTime(), change.expiresAt());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
