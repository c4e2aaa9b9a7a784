package io.nearstream.embedded;

import static io.nearstream.embedded.Backfilling.DIMENSIONS;
import static io.nearstream.embedded.Backfilling.FILE;
import static io.nearstream.embedded.Backfilling.PATIENCE;
import static io.nearstream.embedded.Backfilling.ROWS;
import static io.nearstream.embedded.Backfilling.TOUCHED;
import static io.nearstream.embedded.Backfilling.asOf;
import static io.nearstream.embedded.Backfilling.assertLog;
import static io.nearstream.embedded.Backfilling.awaitTime;
import static io.nearstream.embedded.Backfilling.changes;
import static io.nearstream.embedded.Backfilling.delete;
import static io.nearstream.embedded.Backfilling.ended;
import static io.nearstream.embedded.Backfilling.logged;
import static io.nearstream.embedded.Backfilling.options;
import static io.nearstream.embedded.Backfilling.submit;
import static io.nearstream.embedded.Backfilling.vector;
import static io.nearstream.embedded.Backfilling.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.testing.Property;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A collection comes from a file and from Kafka; TaskManagers die meanwhile, and after. */
@Timeout(400)
class BackfillITCase {
    private static final String NAME = "rows";

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

            long somewhere = 1 + random.nextInt(ROWS / 2);
            Await.until("rows are in", () -> logged(nearstream) > somewhere);
            assertThat(ended(nearstream, NamedJob.INGEST)).as("before the kill").isEmpty();
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
            theFileMayGo(nearstream, client, settings, file);
        }
    }

    /** Nobody reads it any more. */
    private static void theFileMayGo(
            EmbeddedNearstream nearstream,
            NearstreamClient client,
            CollectionSettings settings,
            Path file)
            throws Exception {
        Await.until(
                "a checkpoint knows that the file has ended",
                PATIENCE,
                () -> !ended(nearstream, NamedJob.INGEST).isEmpty());
        Files.delete(file);
        Kills.killAndReplace(nearstream, 2);
        long asOf = write(client, settings, 0, 1, 3);
        awaitTime(nearstream, asOf - 1);
        assertThat(nearest(client, vector(0, 3), asOf)).containsExactly("r0");
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
        }
    }
}
