package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.cluster.BackfillReport;
import io.nearstream.cluster.ClusterSpec;
import io.nearstream.cluster.ForeignCluster;
import io.nearstream.cluster.Jobs;
import io.nearstream.cluster.RunningNode;
import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.NamedJob;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.schemas.Hit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster of processes that begins with a file. */
@Timeout(300)
class FilledClusterITCase extends ClusterCase {
    private static final String COLLECTION = "filled";
    private static final int DIMENSIONS = 4;
    private static final int ROWS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Path file() throws IOException {
        byte[] rows = new byte[ROWS * (4 + DIMENSIONS)];
        for (int row = 0; row < ROWS; row++) {
            int at = row * (4 + DIMENSIONS);
            rows[at] = DIMENSIONS;
            rows[at + 4] = (byte) row;
            rows[at + 5] = (byte) (row >> 8);
            rows[at + 6] = 1;
        }
        return Files.write(dir.resolve("rows.bvecs"), rows);
    }

    private static ClusterSpec filledFrom(Path file, ClusterSpec plain) {
        Map<String, String> options = new TreeMap<>(plain.overrides());
        options.put(BackfillOptions.FILES.key(), file.toString());
        options.put(BackfillOptions.COLLECTION.key(), COLLECTION);
        options.put(BackfillOptions.ID_PREFIX.key(), "r");
        return plain.withOverrides(options);
    }

    private static void create(String bootstrap) {
        try (NearstreamClient client = NearstreamClient.connect(bootstrap)) {
            client.collections().create(RandomWrites.settings(COLLECTION, DIMENSIONS, 2_000));
        }
    }

    private void awaitEnded() throws Exception {
        Await.until(
                "the file has ended",
                PATIENCE,
                () -> status().backfill().filter(BackfillReport::ended).isPresent());
    }

    private void assertFilled() throws Exception {
        try (NearstreamClient client = NearstreamClient.connect(cluster.addresses().bootstrap())) {
            List<String> ids = List.of("r0", "r" + (ROWS - 1), "r" + ROWS);
            assertThat(
                            client
                                    .prober()
                                    .ask(ProbeRequest.fetch(COLLECTION, ids).strong())
                                    .getAnswers()
                                    .stream()
                                    .flatMap(answer -> answer.getHits().stream())
                                    .map(Hit::getId))
                    .containsExactlyInAnyOrder("r0", "r" + (ROWS - 1));
        }
    }

    /** It would be asked for again, and by its processes be in the way of other options. */
    @Test
    void whatCannotBePreparedLeavesNothing() throws Exception {
        ClusterSpec plain = QuickCluster.of(1);
        assertThatThrownBy(
                        () ->
                                cluster.up(
                                        filledFrom(file(), plain),
                                        true,
                                        bootstrap -> {
                                            throw new IOException("no metric");
                                        }))
                .hasMessage("no metric");
        assertThat(cluster.nodes()).isEmpty();
        assertThat(cluster.spec()).contains(plain);
    }

    @Test
    void aFileThatHasBeenReadIsNotNeededAnyMore() throws Exception {
        Path file = file();
        ClusterSpec spec = filledFrom(file, QuickCluster.of(2).withParallelism(2).withSlots(2));
        ClusterSpec timed = spec.withOverrides(with(spec, BackfillOptions.CREATION));
        cluster.up(
                spec,
                true,
                bootstrap -> {
                    create(bootstrap);
                    return timed;
                });
        assertThat(cluster.spec()).contains(timed);
        awaitEnded();
        assertFilled();
        assertThatThrownBy(() -> byAddress().requireAbsent(NamedJob.INGEST, "--backfill"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "Job ingest is there already, and '--backfill' is only taken when it is submitted")
                .hasMessageContaining("must be started anew in between");
        assertAChangedFileStopsNothing(file, timed);
        Files.delete(file);

        long before = epoch();
        cluster.signal("taskmanager-1", "KILL");
        Await.until("the job restarts", PATIENCE, () -> epoch() > before);
        cluster.up(timed, true);
        awaitEnded();
        assertFilled();

        cluster.rescale(1);
        awaitEnded();
        assertFilled();

        cluster.down();
        cluster.up(cluster.spec().orElseThrow(), true);
        awaitEnded();
        assertFilled();
        Await.until(
                "the figure that the state has is told",
                PATIENCE,
                () -> status().backfill().filter(report -> report.rows() == ROWS).isPresent());
    }

    /** It would be refused when the jobs are submitted, and is before they are ended. */
    private void assertAChangedFileStopsNothing(Path file, ClusterSpec spec) throws Exception {
        EarlierRuns runs = new EarlierRuns(layout.checkpoints());
        Await.until(
                "a checkpoint knows that the file has ended",
                PATIENCE,
                () ->
                        !runs.told(new Configuration(), NamedJob.INGEST.id(), Optional.empty())
                                .get(BackfillOptions.ENDED)
                                .isEmpty());
        byte[] rows = Files.readAllBytes(file);
        rows[4]++;
        Files.write(file, rows);
        List<RunningNode> nodes = cluster.nodes();
        long epoch = epoch();
        for (ThrowingCallable change :
                List.<ThrowingCallable>of(() -> cluster.rescale(1), () -> cluster.upgrade())) {
            assertThatThrownBy(change)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "Nothing was ended, since job ingest could not be submitted again: 'nearstream.backfill.as-of' is ")
                    .hasMessageContaining("may be moved away");
        }
        assertThat(cluster.spec()).contains(spec);
        assertThat(cluster.nodes()).isEqualTo(nodes).allMatch(RunningNode::isAlive);
        assertThat(epoch()).isEqualTo(epoch);
        try (Jobs jobs = cluster.jobs()) {
            for (NamedJob job : Jobs.ALL) {
                assertThat(jobs.states().get(job.id())).isEqualTo(JobStatus.RUNNING);
                assertThat(jobs.parallelism(job.id())).isEqualTo(2);
            }
        }
    }

    private ForeignCluster byAddress() throws IOException {
        return new ForeignCluster(
                distribution,
                cluster.addresses().web().get(0),
                cluster.addresses().bootstrap(),
                "cluster",
                Map.of(),
                progress::add);
    }

    private static Map<String, String> with(ClusterSpec spec, String time) {
        Map<String, String> options = new TreeMap<>(spec.overrides());
        options.put(BackfillOptions.AS_OF.key(), time);
        return options;
    }

    private long epoch() throws Exception {
        try (Jobs jobs = cluster.jobs()) {
            return jobs.epoch(NamedJob.INGEST.id());
        }
    }
}
