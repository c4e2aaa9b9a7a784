package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.StandingInfo;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingBruteForce;
import io.nearstream.core.standing.StandingCells;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.KeyedRows;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Standing queries over Kafka, with TaskManagers that die, say what brute force finds in the log,
 * and leave nothing in the state when all is over.
 */
@Timeout(300)
class StandingITCase {
    private static final String SHARD_STATE = "standing.shards.v1 standing-";
    private static final JobID STANDING = NamedJob.STANDING.id();
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final String COLLECTION = "kept";
    private static final int DIMENSIONS = 8;
    private static final int TRAIN_AFTER = 200;
    private static final int QUERIES = 20;
    private static final int KILLS = 2;
    private static final int SHARDS = 2;

    /** Most runs limit nobody, so that as much as possible is compared. */
    private static final int FEW_DIFFERENCES = 20;

    private static final int MANY_DIFFERENCES = 100_000;

    @TempDir private Path dir;

    @Test
    void committedDifferencesFoldToBruteForceWhileTaskManagersDieAndNothingIsLeft() {
        Property.holds(1, this::killTaskManagers);
    }

    private void killTaskManagers(SplittableRandom random) throws Exception {
        Path own = Files.createTempDirectory(dir, "trial");
        EmbeddedOptions options = EmbeddedOptions.in(own).withCluster(2, 2, 2);
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(options, List.of(NamedJob.INGEST));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                StandingTopics topics = new StandingTopics(nearstream.bootstrap())) {
            CollectionSettings collection =
                    client.collections()
                            .create(RandomWrites.settings(COLLECTION, DIMENSIONS, TRAIN_AFTER));
            StandingSent sent = new StandingSent(client, collection);
            StandingPlay play = new StandingPlay(sent, collection, random);
            play.fill();
            Await.until(
                    "the cells are learned",
                    () -> client.collections().describe(COLLECTION).newest().number() > 0);
            EmbeddedFlink flink = nearstream.flink();
            int differences = random.nextInt(3) == 0 ? FEW_DIFFERENCES : MANY_DIFFERENCES;
            flink.submit(NamedJob.STANDING.graph(standing(nearstream, differences)));
            flink.awaitRunning(STANDING, RUNNING);
            for (int kill = 0; kill < KILLS; kill++) {
                playAndKill(flink, play, sent, random, kill);
            }
            assertListed(client, sent);
            assertThat(rows(flink.savepoint(STANDING, false)))
                    .containsKeys(
                            SHARD_STATE + "records",
                            SHARD_STATE + "queries",
                            SHARD_STATE + "answer-pages");
            play.end();
            sent.awaitAll();
            assertNothingIsLeft(flink, topics, sent);
            List<StandingLives.Life> lives = assertToldIsOfTheLog(collection, topics, sent);
            if (differences == MANY_DIFFERENCES) {
                assertThat(lives).anyMatch(life -> life.answers() > 0);
            }
        }
    }

    private static Configuration standing(EmbeddedNearstream nearstream, int differences) {
        Configuration configuration = nearstream.flink().configuration();
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, 2);
        configuration.set(StandingOptions.COLLECTION, COLLECTION);
        configuration.set(StandingOptions.SHARDS, SHARDS);
        configuration.set(StandingOptions.DIFFERENCES_PER_SECOND, differences);
        return configuration;
    }

    /** Everything is asked before, around and behind the kill, and some leases end with it. */
    private static void playAndKill(
            EmbeddedFlink flink,
            StandingPlay play,
            StandingSent sent,
            SplittableRandom random,
            int kill)
            throws Exception {
        play.begin(QUERIES);
        play.askEverything();
        play.go(200 + random.nextInt(200));
        sent.awaitAll();
        if (random.nextBoolean()) {
            flink.checkpoint(STANDING);
        }
        play.go(1 + random.nextInt(400));
        play.askEverything();
        play.beginShort(6);
        sent.awaitSome(random); // the kill comes behind these
        int before = flink.numRestarts(STANDING);
        flink.killTaskManager(kill);
        play.go(100);
        play.askEverything();
        flink.startTaskManager();
        Await.until("the job restarts", () -> flink.numRestarts(STANDING) > before);
        play.go(50);
        play.askEverything();
        flink.awaitRunning(JobIds.INGEST, RUNNING);
        flink.awaitRunning(STANDING, RUNNING);
        play.go(50);
        sent.awaitAll();
    }

    private static void assertListed(NearstreamClient client, StandingSent sent) {
        Set<QueryName> listed = new HashSet<>();
        for (String subscriber : StandingPlay.SUBSCRIBERS) {
            for (StandingInfo each : client.standingQueries().list(subscriber)) {
                listed.add(new QueryName(subscriber, each.registration().getId()));
            }
        }
        sent.listed()
                .forEach(
                        (name, is) ->
                                assertThat(listed.contains(name)).as(name.key()).isEqualTo(is));
    }

    /** Ends with the job stopped, and all committed that it ever says. */
    private static void assertNothingIsLeft(
            EmbeddedFlink flink, StandingTopics topics, StandingSent sent) throws Exception {
        var registrations = sent.registrations();
        AssertionError[] last = {new AssertionError("nothing was told")};
        try {
            Await.until(
                    "every query is over",
                    () -> {
                        try {
                            StandingLives.explain(registrations, topics.told());
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
        long lastMoment = sent.lastMoment();
        Await.until(
                "every shard has come to the last moment",
                () -> frontier(rows(flink.savepoint(STANDING, false))) >= lastMoment);
        assertThat(KeyedRows.counts(rows(flink.savepoint(STANDING, true))))
                .as("what every shard has for ever")
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                SHARD_STATE + "frontier", SHARDS,
                                SHARD_STATE + "origin", SHARDS,
                                SHARD_STATE + "cells", SHARDS));
    }

    private static Map<String, List<byte[]>> rows(String savepoint) throws Exception {
        return KeyedRows.of(savepoint, uid -> true);
    }

    /** Of the shard that is behind the other. */
    private static long frontier(Map<String, List<byte[]>> rows) {
        return rows.get(SHARD_STATE + "frontier").stream()
                .mapToLong(row -> ByteBuffer.wrap(row).getLong())
                .min()
                .orElseThrow();
    }

    private static List<StandingLives.Life> assertToldIsOfTheLog(
            CollectionSettings collection, StandingTopics topics, StandingSent sent)
            throws Exception {
        List<Difference> told = topics.allTold();
        List<StandingLives.Life> lives = StandingLives.explain(sent.registrations(), told);
        StandingBruteForce brute =
                new StandingBruteForce(
                        VectorSpace.of(collection),
                        StandingCells.single(),
                        topics.log(sent.writes()));
        int checked = 0;
        for (StandingLives.Life life : lives) {
            checked += brute.check(life.query(), life.told());
        }
        assertThat(checked).isGreaterThan(1_000);
        assertThat(lives)
                .extracting(StandingLives.Life::end)
                .contains(Difference.EXPIRED, Difference.DROPPED, StandingLives.REPLACED);
        assertThat(lives).anyMatch(life -> life.renewals() > 0);
        assertThat(lives).anyMatch(life -> !life.query().filter().isEmpty());
        assertThat(told).as("answers that are cut at their cap").anyMatch(Difference::truncated);
        assertThat(told)
                .extracting(Difference::kind)
                .contains(Difference.Kind.CHANGE, Difference.Kind.RENEWED, Difference.Kind.REFUSED);
        return lives;
    }
}
