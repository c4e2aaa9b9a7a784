package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.Jobs;
import io.nearstream.embedded.NamedJob;
import io.nearstream.embedded.testing.LogOf;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster grows and shrinks over Flink's REST API, and its clients do not stop for it. */
@Timeout(480)
class RescaleITCase {
    private static final Logger LOG = LoggerFactory.getLogger(RescaleITCase.class);
    private static final int TASK_MANAGERS = 2;
    private static final int MOST = 3;

    /** Rounds of traffic on a cluster of each size. */
    private static final int ROUNDS = 60;

    @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.ON_SUCCESS)
    private Path dir;

    private final List<String> progress = new ArrayList<>();

    @Test
    void nothingIsLostOrDoubledWhileTaskManagersComeAndGoUnderLoad() {
        Property.holds(1, this::rescaleTwice);
    }

    private void rescaleTwice(SplittableRandom random) throws Exception {
        Cluster cluster =
                Cluster.open(Distribution.ofThisProcess(), new ClusterLayout(dir), progress::add);
        try {
            cluster.up(QuickCluster.of(TASK_MANAGERS).withParallelism(MOST), true);
            String bootstrap = cluster.addresses().bootstrap();
            LoadedTraffic traffic = LoadedTraffic.start(bootstrap, random);
            traffic.awaitMore(ROUNDS);
            for (int taskManagers : new int[] {MOST, 1}) {
                long before = traffic.rounds();
                long began = System.nanoTime();
                cluster.rescale(taskManagers);
                long took = (System.nanoTime() - began) / 1_000_000;
                assertParallelism(cluster, taskManagers);
                traffic.awaitMore(ROUNDS);
                LOG.warn(
                        "Rescaled to {} in {} ms, {} rounds meanwhile.",
                        taskManagers,
                        took,
                        traffic.rounds() - ROUNDS - before);
            }
            traffic.stop();
            traffic.assertWhole(cluster.addresses().state());
            assertEachProbeIsAnswered(traffic, bootstrap);
            traffic.close();
        } finally {
            cluster.down();
            cluster.close();
        }
    }

    private static void assertParallelism(Cluster cluster, int subtasks) throws Exception {
        try (Jobs jobs = cluster.jobs()) {
            for (NamedJob job : Jobs.ALL) {
                assertThat(jobs.parallelism(job.id())).as(job.name()).isEqualTo(subtasks);
            }
        }
    }

    /** The topic has an answer to each probe that was asked, and to no other. */
    private static void assertEachProbeIsAnswered(LoadedTraffic traffic, String bootstrap)
            throws Exception {
        Map<String, List<String>> answers = LogOf.answers(bootstrap);
        assertThat(traffic.asked()).doesNotHaveDuplicates();
        assertThat(answers.keySet()).containsExactlyInAnyOrderElementsOf(traffic.asked());
        long repeated = answers.values().stream().filter(each -> each.size() > 1).count();
        LOG.warn("{} probes, {} answered more than once.", answers.size(), repeated);
    }
}
