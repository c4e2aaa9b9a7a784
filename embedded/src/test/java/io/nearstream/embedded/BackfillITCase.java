package io.nearstream.embedded;

import static io.nearstream.embedded.Backfilling.DIMENSIONS;
import static io.nearstream.embedded.Backfilling.FILE;
import static io.nearstream.embedded.Backfilling.PATIENCE;
import static io.nearstream.embedded.Backfilling.ROWS;
import static io.nearstream.embedded.Backfilling.awaitTime;
import static io.nearstream.embedded.Backfilling.changes;
import static io.nearstream.embedded.Backfilling.delete;
import static io.nearstream.embedded.Backfilling.logged;
import static io.nearstream.embedded.Backfilling.prefix;
import static io.nearstream.embedded.Backfilling.submit;
import static io.nearstream.embedded.Backfilling.vector;
import static io.nearstream.embedded.Backfilling.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A collection comes from a file and from Kafka; TaskManagers die meanwhile, and after; files come
 * to a job that goes on from state, and go.
 */
@Timeout(400)
class BackfillITCase {
    private static final String NAME = "rows";
    private static final int TOUCHED = 1_000;

    @TempDir private Path dir;

    private static List<String> nearest(NearstreamClient client, byte[] query, long asOf) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.nearest(NAME, 1, List.of(query))
                                        .exhaustive()
                                        .atLeast(asOf)
                                        .deadline(PATIENCE));
        assertThat(result.getStatus()).as("%s", result).isEqualTo(ProbeStatus.COMPLETE);
        return result.getAnswers().get(0).getHits().stream()
                .filter(hit -> hit.getDistance() == 0)
                .map(Hit::getId)
                .toList();
    }

    @Test
    void nothingIsMissedOrRepeatedWhenTaskManagersDie() {
        Property.holds(1, this::fillUnderKills);
    }

    private void fillUnderKills(SplittableRandom random) throws Exception {
        Path file = Backfilling.file(dir);
        try (EmbeddedNearstream nearstream = Backfilling.start(dir);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings settings =
                    client.collections().create(RandomWrites.settings(NAME, DIMENSIONS, 2_000));
            // Before the job is there: in Kafka alone, in both, and gone.
            write(client, settings, 0, TOUCHED, 1);
            delete(client, settings, TOUCHED, 2 * TOUCHED);
            write(client, settings, ROWS, ROWS + TOUCHED, 1);
            submit(nearstream, NamedJob.INGEST, options(file, settings));

            long somewhere = 1 + random.nextInt(ROWS - 1);
            Await.until("rows are in", () -> logged(nearstream) > somewhere);
            Kills.killAndReplace(nearstream, 0);
            // About when the last row is in.
            long about = ROWS + somewhere / 2 - TOUCHED + random.nextInt(3 * TOUCHED);
            Await.until("the file is about to end", () -> logged(nearstream) > about);
            Kills.killAndReplace(nearstream, 1);
            long asOf = write(client, settings, 2 * TOUCHED, 3 * TOUCHED, 2);
            awaitTime(nearstream, asOf - 1);
            for (int i = 0; i < 2; i++) {
                nearstream.flink().startTaskManager();
            }
            submit(nearstream, NamedJob.QUERY, Map.of());

            assertThat(nearest(client, vector(5, 1), asOf)).containsExactly("r5");
            assertThat(nearest(client, vector(5, 0), asOf)).as("replaced").isEmpty();
            assertThat(nearest(client, vector(TOUCHED, 0), asOf)).as("deleted").isEmpty();
            assertThat(nearest(client, vector(2 * TOUCHED, 2), asOf))
                    .containsExactly("r" + 2 * TOUCHED);
            assertThat(nearest(client, vector(ROWS - 1, 0), asOf))
                    .containsExactly("r" + (ROWS - 1));
            assertThat(nearest(client, vector(ROWS, 1), asOf)).containsExactly("r" + ROWS);
            assertLog(settings, changes(nearstream), TOUCHED);
        }
    }

    private static Map<String, String> options(Path file, CollectionSettings settings) {
        return Map.of(
                BackfillOptions.FILES.key(),
                file.toString(),
                BackfillOptions.COLLECTION.key(),
                settings.name(),
                BackfillOptions.ID_PREFIX.key(),
                prefix(settings));
    }

    /**
     * Every row once, or not where Kafka was faster; what Kafka has, once.
     *
     * @param beyond so many records are in Kafka alone
     */
    private static void assertLog(
            CollectionSettings settings, Map<String, List<Version>> changes, int beyond) {
        String prefix = prefix(settings);
        assertThat(changes.keySet().stream().filter(id -> id.startsWith(prefix)))
                .hasSize(ROWS + beyond);
        for (int row = 0; row < ROWS + beyond; row++) {
            List<Version> versions = changes.get(prefix + row);
            assertThat(versions).as("%d", row).isNotNull().isSorted().doesNotHaveDuplicates();
            List<Version> ofFile =
                    versions.stream().filter(version -> version.partition() == FILE).toList();
            boolean inKafka = row < 3 * TOUCHED || row >= ROWS;
            if (inKafka) {
                assertThat(ofFile).as("%d", row).hasSizeLessThanOrEqualTo(row < ROWS ? 1 : 0);
            } else {
                assertThat(ofFile).as("%d", row).hasSize(1);
            }
            assertThat(versions).as("%d", row).hasSize(ofFile.size() + (inKafka ? 1 : 0));
            for (Version version : ofFile) {
                assertThat(version.offset()).as("%d", row).isEqualTo(row);
            }
        }
    }

    @Test
    void rowsWinOverWritesBeforeTheFilesWereTrueAndLoseToLaterOnes() throws Exception {
        Path file = Backfilling.file(dir);
        try (EmbeddedNearstream nearstream = Backfilling.start(dir);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings settings =
                    client.collections().create(RandomWrites.settings(NAME, DIMENSIONS, 2_000));
            write(client, settings, 0, TOUCHED, 1);
            long before = write(client, settings, ROWS, ROWS + TOUCHED, 1);
            // Whole milliseconds: what comes now is later than the files, if only just.
            Await.until("time goes on", () -> System.currentTimeMillis() > before + 1);
            submit(nearstream, NamedJob.INGEST, asOf(before + 1, options(file, settings)));
            long asOf = write(client, settings, TOUCHED, 2 * TOUCHED, 2);
            awaitTime(nearstream, asOf - 1);
            Map<String, List<Version>> changes = changes(nearstream);
            for (int row = 0; row < ROWS + TOUCHED; row++) {
                List<Version> versions = changes.get("r" + row);
                Version last = versions.get(versions.size() - 1);
                boolean later = row >= TOUCHED && row < 2 * TOUCHED;
                assertThat(versions).as("r%d", row).isSorted().doesNotHaveDuplicates();
                assertThat(last.partition() == FILE)
                        .as("r%d is a row", row)
                        .isEqualTo(row < ROWS && !later);
                assertThat(versions).as("r%d", row).hasSizeLessThanOrEqualTo(row < ROWS ? 2 : 1);
            }
            filesComeAndGo(nearstream, client, file);
        }
    }

    private static Map<String, String> asOf(long time, Map<String, String> options) {
        Map<String, String> all = new TreeMap<>(options);
        all.put(BackfillOptions.AS_OF.key(), Instant.ofEpochMilli(time).toString());
        return all;
    }

    /**
     * The files of a job have ended; it goes on without, then with others, and is stopped at once:
     * most likely in the middle of them.
     */
    private static void filesComeAndGo(
            EmbeddedNearstream nearstream, NearstreamClient client, Path file) throws Exception {
        String ended = stop(nearstream, NamedJob.INGEST.id());
        assertThat(backfills(ended)).hasSize(1);
        NamedJob without = start(nearstream, "without", Map.of(), ended);

        CollectionSettings added =
                client.collections().create(RandomWrites.settings("added", DIMENSIONS, 2_000));
        write(client, added, 0, TOUCHED, 1);
        delete(client, added, TOUCHED, 2 * TOUCHED);
        String none = stop(nearstream, without.id());
        assertThat(backfills(none)).isEmpty();

        NamedJob first = start(nearstream, "first", options(file, added), none);
        String begun = stop(nearstream, first.id());
        assertThat(backfills(begun)).hasSize(1).doesNotContainAnyElementsOf(backfills(ended));
        assertUnreadRowsAreNotLeftOutUnasked(nearstream, begun);

        NamedJob second = start(nearstream, "second", options(file, added), begun);
        long asOf = write(client, added, 2 * TOUCHED, 3 * TOUCHED, 2);
        awaitTime(nearstream, asOf - 1);
        Map<String, List<Version>> changes = changes(nearstream);
        assertLog(added, changes, 0);
        for (int row = 0; row < 3 * TOUCHED; row++) {
            List<Version> versions = changes.get(prefix(added) + row);
            assertThat(versions.get(versions.size() - 1).partition()).isNotEqualTo(FILE);
        }
        assertThat(nearstream.flink().numRestarts(second.id())).isZero();
    }

    private static void assertUnreadRowsAreNotLeftOutUnasked(
            EmbeddedNearstream nearstream, String begun) throws Exception {
        JobGraph silent = graph(nearstream, Map.of());
        if (StateContent.read(begun).orElseThrow().unclaimed(silent).isEmpty()) {
            return; // stopped when all were read
        }
        EarlierRuns earlier = nearstream.flink().earlierRuns();
        assertThatThrownBy(() -> earlier.goOn(silent, Optional.of(begun)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("have not been read to their end");
        JobGraph told =
                graph(nearstream, Map.of(BackfillOptions.FILES.key(), BackfillOptions.NO_FILES));
        earlier.goOn(told, Optional.of(begun));
        assertThat(told.getSavepointRestoreSettings().allowNonRestoredState()).isTrue();
    }

    private static JobGraph graph(EmbeddedNearstream nearstream, Map<String, String> options)
            throws Exception {
        return new NamedJob("ingest-not-started", NamedJob.INGEST.builder())
                .graph(EarlierRuns.goingOn(Backfilling.settings(nearstream, options)));
    }

    private static List<String> backfills(String savepoint) throws Exception {
        return StateContent.read(savepoint).orElseThrow().backfills();
    }

    private static String stop(EmbeddedNearstream nearstream, JobID job) {
        return nearstream.flink().savepoint(job, true);
    }

    /** Under a name of its own: a cluster does not take the id of a job that has ended. */
    private static NamedJob start(
            EmbeddedNearstream nearstream, String name, Map<String, String> options, String from)
            throws Exception {
        NamedJob job = new NamedJob("ingest-" + name, NamedJob.INGEST.builder());
        submit(nearstream, job, options, Optional.of(from));
        return job;
    }
}
