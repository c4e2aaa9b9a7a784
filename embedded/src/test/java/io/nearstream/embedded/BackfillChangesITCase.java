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
import static io.nearstream.embedded.Backfilling.options;
import static io.nearstream.embedded.Backfilling.prefix;
import static io.nearstream.embedded.Backfilling.submit;
import static io.nearstream.embedded.Backfilling.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.config.BackfillOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files come to a job that goes on from state, are given up, change and go. */
@Timeout(400)
class BackfillChangesITCase {
    /** More than any machine reads while it is told to stop. */
    private static final int MANY_ROWS = 1_000_000;

    @TempDir private Path dir;

    @Test
    void filesComeChangeAndGo() throws Exception {
        try (EmbeddedNearstream nearstream = Backfilling.start(dir);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            submit(nearstream, NamedJob.INGEST, Map.of());
            String none = stop(nearstream, NamedJob.INGEST.id());
            assertThat(backfills(none)).isEmpty();
            String without = givenUp(nearstream, client, none);
            CollectionSettings added =
                    client.collections().create(RandomWrites.settings("added", DIMENSIONS, 2_000));
            Path file = Backfilling.file(dir);
            String all = added(nearstream, client, added, file, without);
            long before = write(client, added, 0, 1, 4);
            Await.until("time goes on", () -> System.currentTimeMillis() > before + 1);
            String changed = changed(nearstream, client, added, file, before + 1, all);
            Files.delete(file);
            gone(nearstream, client, added, asOf(before + 1, options(file, added)), changed);
        }
    }

    /** Files that are not read to their ends, and then no more of them. */
    private String givenUp(EmbeddedNearstream nearstream, NearstreamClient client, String from)
            throws Exception {
        CollectionSettings large =
                client.collections().create(RandomWrites.settings("large", DIMENSIONS, 2_000));
        Path file = Backfilling.file(dir.resolve("large.bvecs"), MANY_ROWS, 0);
        assertThatThrownBy(() -> start(nearstream, "untold", options(file, large), from))
                .hasMessageContaining("'nearstream.backfill.as-of' must be given");
        NamedJob begun = start(nearstream, "begun", fromCreation(options(file, large)), from);
        String middle = stop(nearstream, begun.id());
        assertThat(backfills(middle)).hasSize(1);
        assertThat(StateContent.read(middle).orElseThrow().endedBackfills()).isEmpty();

        JobGraph silent = graph(nearstream, Map.of());
        assertThat(StateContent.read(middle).orElseThrow().unclaimed(silent)).hasSize(1);
        EarlierRuns earlier = nearstream.flink().earlierRuns();
        assertThatThrownBy(() -> earlier.goOn(silent, Optional.of(middle)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("have not been read to their end");
        Files.delete(file);
        assertThatThrownBy(() -> start(nearstream, "gone", options(file, large), middle))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("the state has begun these files, and not ended them");
        NamedJob without =
                start(
                        nearstream,
                        "without",
                        Map.of(BackfillOptions.FILES.key(), BackfillOptions.NO_FILES),
                        middle);
        return stop(nearstream, without.id());
    }

    /** Stopped at once, most likely in the middle; it goes on and misses nothing. */
    private static String added(
            EmbeddedNearstream nearstream,
            NearstreamClient client,
            CollectionSettings added,
            Path file,
            String from)
            throws Exception {
        write(client, added, 0, TOUCHED, 1);
        delete(client, added, TOUCHED, 2 * TOUCHED);
        NamedJob first = start(nearstream, "first", fromCreation(options(file, added)), from);
        String begun = stop(nearstream, first.id());
        assertThat(backfills(begun)).hasSize(1);

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
        awaitEnded(nearstream, second);
        return stop(nearstream, second.id());
    }

    /** Under its old name the file has other rows: they are read, and win over the former ones. */
    private static String changed(
            EmbeddedNearstream nearstream,
            NearstreamClient client,
            CollectionSettings added,
            Path file,
            long time,
            String from)
            throws Exception {
        Backfilling.file(file, ROWS, 3);
        assertThatThrownBy(() -> start(nearstream, "silent", options(file, added), from))
                .hasMessageContaining("'nearstream.backfill.as-of' must be given");
        assertThatThrownBy(
                        () -> start(nearstream, "same", fromCreation(options(file, added)), from))
                .hasMessageContaining("or for these before they changed");
        NamedJob changed = start(nearstream, "changed", asOf(time, options(file, added)), from);
        long asOf = write(client, added, ROWS, ROWS + 1, 1);
        awaitTime(nearstream, asOf - 1);
        Map<String, List<Version>> changes = changes(nearstream);
        for (int row = 0; row < ROWS; row++) {
            List<Version> versions = changes.get(prefix(added) + row);
            assertThat(versions).as("%d", row).isSorted().doesNotHaveDuplicates();
            assertThat(versions.get(versions.size() - 1))
                    .as("%d", row)
                    .isEqualTo(new Version(time, FILE, row));
        }
        awaitEnded(nearstream, changed);
        return stop(nearstream, changed.id());
    }

    /** The option still names the file that is gone. */
    private static void gone(
            EmbeddedNearstream nearstream,
            NearstreamClient client,
            CollectionSettings added,
            Map<String, String> named,
            String from)
            throws Exception {
        NamedJob first = start(nearstream, "file-gone", named, from);
        long asOf = write(client, added, 0, 1, 5);
        awaitTime(nearstream, asOf - 1);
        assertThat(nearstream.flink().numRestarts(first.id())).isZero();
        // What the state knew it knows still.
        NamedJob second = start(nearstream, "file-long-gone", named, stop(nearstream, first.id()));
        long later = write(client, added, 0, 1, 6);
        awaitTime(nearstream, later - 1);
        assertThat(nearstream.flink().numRestarts(second.id())).isZero();
    }

    private static void awaitEnded(EmbeddedNearstream nearstream, NamedJob job) throws Exception {
        Await.until(
                "a checkpoint knows that the file has ended",
                PATIENCE,
                () -> !ended(nearstream, job).isEmpty());
    }

    private static Map<String, String> fromCreation(Map<String, String> options) {
        Map<String, String> all = new TreeMap<>(options);
        all.put(BackfillOptions.AS_OF.key(), BackfillOptions.CREATION);
        return all;
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
