package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueWatch;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.WatchOptions;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.Gaze;
import io.nearstream.embedded.testing.Keys;
import io.nearstream.embedded.testing.LogOf;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.KafkaCollectionDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drills of {@code docs/runbook.md}: one job is given back a state older than the other's, or
 * none. What a reader sees meanwhile, what is read again, and that afterwards nothing is lost,
 * doubled or resurrected.
 */
@Timeout(240)
class DisasterITCase {
    private static final Logger LOG = LoggerFactory.getLogger(DisasterITCase.class);
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Written before the keys that matter, so that a replay takes a while to come to these. */
    private static final int NOISE = 40_000;

    /** Probes that are answered between the savepoint and the disaster. */
    private static final int ASKED = 10;

    /** Checkpoints after the savepoint; many tell what their transactions cost at the start. */
    private static final int CHECKPOINTS = Integer.getInteger("drill.checkpoints", 1);

    @TempDir private Path dir;

    @Test
    void ingestFromASavepointOlderThanTheQueryJobs() {
        Property.holds(1, this::ingestGoesBack);
    }

    private void ingestGoesBack(SplittableRandom random) throws Exception {
        try (Drill drill = Drill.start(dir, random)) {
            NearstreamClient client = drill.client();
            JobID query = drill.nearstream().queryJobId();
            String savepoint = drill.savepoint(drill.nearstream().ingestJobId());
            Map<String, Long> versions = drill.writeAfter(NOISE);
            for (int i = 0; i < CHECKPOINTS; i++) {
                drill.nearstream().flink().checkpoint(drill.nearstream().ingestJobId());
            }
            long replaysBefore = replaysAtQuery(drill, query);

            Gaze gaze = drill.gaze();
            Queue<String> told = new ConcurrentLinkedQueue<>();
            KeyValueWatch watch =
                    client.keyValues()
                            .watch(
                                    WatchOptions.fromBeginning().withPrefix("k"),
                                    change -> told.add(change.key()));
            watch.caughtUp().get();
            int toldBefore = told.size();
            long began = System.nanoTime();
            drill.end(drill.nearstream().ingestJobId());
            JobID ingest = drill.startIngest(Optional.of(savepoint));
            // From its first moment: the replay begins soon after.
            int older = liveReadsOfOlderKeys(drill);
            // Strong: behind all that was written before, so behind the whole replay.
            drill.keys().assertRead(client.keyValues().strong());
            ProbeResult strong = drill.client().prober().ask(strongProbe(drill));
            assertThat(strong.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
            LOG.warn(
                    "Ingest went back: whole after {} ms; {} writes read again, {} changes dropped again, {} older live reads.",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                    drill.counted().of(ingest, "Decode and sign", "accepted"),
                    replaysAtQuery(drill, query) - replaysBefore,
                    older);

            // The index never went back: nothing missing, nothing older, nothing resurrected.
            gaze.awaitMore(3);
            Gaze.Seen seen = gaze.stop(versions);
            assertThat(seen).isEqualTo(new Gaze.Seen(seen.answers(), 0, 0, 0, 0, true));
            // Keys did: live reads show what was, until the job has repeated what came after it.
            assertThat(older).isPositive();
            // Everything after the savepoint was read again and dropped again by its version.
            assertThat(drill.counted().of(ingest, "Decode and sign", "accepted"))
                    .isEqualTo(Drill.AFTER);
            assertThat(replaysAtQuery(drill, query) - replaysBefore).isEqualTo(Drill.AFTER);
            assertThat(told).as("a watch drops repeats").hasSize(toldBefore);
            watch.close();
            drill.nearstream().flink().checkpoint(ingest);
            assertLogs(drill);
            drill.assertWhole(ingest, query);
            drill.records().send(client, 100);
            drill.keys().put("k", 0, 5, "newest").awaitAppended();
            drill.assertWhole(ingest, query);
        }
    }

    /** Reads keys, from the state of the job that has just started, until all are as written. */
    private static int liveReadsOfOlderKeys(Drill drill) throws Exception {
        LiveReadOptions options =
                LiveReadOptions.of(drill.nearstream().stateAddresses())
                        .withJob(JobIds.of(Drill.INGEST_AGAIN))
                        .withDeadline(DEADLINE);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            keys.add("k" + i);
        }
        int[] older = {0};
        try (KeyValueReader live = drill.client().keyValues().live(options)) {
            Await.until(
                    "live reads show all that was written",
                    () -> {
                        int behind = 0;
                        for (String key : keys) {
                            Optional<String> read = Keys.read(live, key).get();
                            boolean current = read.equals(drill.keys().written().get(key));
                            if (!current) {
                                boolean isLate = Integer.parseInt(key.substring(1)) >= 40;
                                Optional<String> before =
                                        isLate ? Optional.empty() : Optional.of("old");
                                assertThat(read).as(key).isEqualTo(before);
                                behind++;
                            }
                        }
                        older[0] += behind;
                        return behind == 0;
                    });
        }
        return older[0];
    }

    private static ProbeRequest strongProbe(Drill drill) {
        return ProbeRequest.nearest(Drill.COLLECTION, 1, List.of(drill.query()))
                .strong()
                .deadline(DEADLINE);
    }

    private static long replaysAtQuery(Drill drill, JobID query) {
        return drill.counted().of(query, "Assign records to buckets", "replaysDropped");
    }

    /** What readers of the topics get: repeats, and in the end of every key the newest. */
    private static void assertLogs(Drill drill) throws Exception {
        String bootstrap = drill.nearstream().bootstrap();
        Map<String, List<Version>> changes = LogOf.indexChanges(bootstrap);
        assertThat(changes.values())
                .allSatisfy(
                        versions -> {
                            Version last = versions.get(versions.size() - 1);
                            assertThat(versions).noneMatch(each -> each.isNewerThan(last));
                        });
        assertThat(changes.values().stream().mapToLong(each -> each.size()).sum())
                .as("changes repeated")
                .isEqualTo(
                        changes.values().stream().mapToLong(LogOf::distinct).sum() + Drill.AFTER);
        Map<String, Integer> dead = LogOf.deadLetters(bootstrap);
        assertThat(dead).hasSize(Drill.BAD);
        assertThat(dead.values()).as("each refused write is told twice").containsOnly(2);
    }

    @Test
    void queryFromASavepointOlderThanTheIngestJobs() {
        Property.holds(1, this::queryGoesBack);
    }

    private void queryGoesBack(SplittableRandom random) throws Exception {
        try (Drill drill = Drill.start(dir, random)) {
            String savepoint = drill.savepoint(drill.nearstream().queryJobId());
            drill.writeAfter(0);
            ask(drill, ASKED);
            // What retention does within the hour: the savepoint names probes that are gone.
            LogOf.removeAll(drill.nearstream().bootstrap(), TopicNames.PROBES);
            LogOf.removeAll(drill.nearstream().bootstrap(), TopicNames.INDEX_MOVES);
            List<String> left = ask(drill, ASKED);
            drill.end(drill.nearstream().queryJobId());
            try (CollectionDirectory since = announcements(drill)) {
                JobID query = becomesWhole(drill, Optional.of(savepoint), "went back");
                Map<String, List<String>> answers = LogOf.answers(drill.nearstream().bootstrap());
                for (String probe : left) {
                    assertThat(answers.get(probe)).as("answered, and answered again").hasSize(2);
                    assertThat(answers.get(probe).get(0)).isEqualTo("COMPLETE");
                }
                assertAsNew(drill, since, query);
            }
        }
    }

    @Test
    void queryFromIndexChangesAlone() {
        Property.holds(1, this::queryIsRebuilt);
    }

    private void queryIsRebuilt(SplittableRandom random) throws Exception {
        try (Drill drill = Drill.start(dir, random)) {
            drill.writeAfter(0);
            drill.nearstream().flink().checkpoint(drill.nearstream().ingestJobId());
            drill.end(drill.nearstream().queryJobId());
            try (CollectionDirectory since = announcements(drill)) {
                int kept = LogOf.compact(drill.nearstream().bootstrap(), TopicNames.INDEX_CHANGES);
                String what = "was rebuilt from %d records of the compacted topic".formatted(kept);
                JobID query = becomesWhole(drill, Optional.empty(), what);
                assertThat(drill.counted().of(query, "Assign records to buckets", "moves"))
                        .isZero();
                assertAsNew(drill, since, query);
            }
        }
    }

    /** Starts the query job beside writers and readers; returns once answers have everything. */
    private static JobID becomesWhole(Drill drill, Optional<String> savepoint, String what)
            throws Exception {
        NearstreamClient client = drill.client();
        drill.records().send(client, 100);
        long asOf = drill.records().awaitOutcome();
        CompletableFuture<Map<String, Long>> waiting =
                CompletableFuture.supplyAsync(
                        () -> Gaze.look(client, Drill.COLLECTION, drill.query(), asOf));
        Gaze gaze = drill.gaze();
        long began = System.nanoTime();
        JobID query = drill.startQuery(savepoint);
        Map<String, Long> versions = waiting.get(60, TimeUnit.SECONDS);
        long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        gaze.awaitMore(5);
        Gaze.Seen seen = gaze.stop(versions);
        LOG.warn(
                "Query {}: whole after {} ms, {} entries moved again; {}.",
                what,
                whole,
                drill.counted().of(query, "Assign records to buckets", "moves"),
                seen);
        assertThat(seen.lastIsWhole()).isTrue();
        return query;
    }

    private static void assertAsNew(Drill drill, CollectionDirectory since, JobID query)
            throws Exception {
        awaitSettled(drill, since);
        assertFoundByBuckets(drill);
        drill.assertWhole(drill.nearstream().ingestJobId(), query);
    }

    private static List<String> ask(Drill drill, int count) {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ProbeRequest request =
                    ProbeRequest.nearest(Drill.COLLECTION, 3, List.of(drill.query()))
                            .deadline(DEADLINE);
            asked.add(drill.client().prober().ask(request).getProbeId());
        }
        return asked;
    }

    /** Where the announcements of the job that was end. */
    private static CollectionDirectory announcements(Drill drill) throws Exception {
        return KafkaCollectionDirectory.provider(drill.nearstream().bootstrap()).open();
    }

    /** Until a job says that it is, its probes look into more buckets than the newest ones. */
    private static void awaitSettled(Drill drill, CollectionDirectory since) throws Exception {
        long uid = drill.records().collection().uid();
        String job = NearstreamOptions.QUERY_JOB.defaultValue();
        Await.until(
                "the new job says that it is settled",
                () -> since.settledGeneration(uid, job) == 1);
    }

    private static void assertFoundByBuckets(Drill drill) throws Exception {
        try (CollectionDirectory directory =
                KafkaCollectionDirectory.provider(drill.nearstream().bootstrap()).open()) {
            drill.records()
                    .assertFoundByBuckets(
                            drill.client(),
                            directory
                                    .byUid(drill.records().collection().uid())
                                    .orElseThrow()
                                    .newest());
        }
    }
}
