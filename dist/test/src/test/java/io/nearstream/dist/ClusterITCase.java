package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.cluster.ClusterSpec;
import io.nearstream.cluster.ClusterStatus;
import io.nearstream.cluster.ForeignCluster;
import io.nearstream.cluster.JobStatusReport;
import io.nearstream.cluster.Jobs;
import io.nearstream.cluster.NodeStatusReport;
import io.nearstream.cluster.RunningNode;
import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes of the distribution: started, killed, rescaled, upgraded, ended. */
@Timeout(240)
class ClusterITCase extends ClusterCase {
    private static final long POLL_MS = 100;
    private static final NamedJob STANDING =
            new NamedJob("near-points", NamedJob.STANDING.builder());

    private void assertHealthy() throws Exception {
        assertThat(status().problems()).as("%s", progress).isEmpty();
    }

    @Test
    void survivesAKillGrowsShrinksAndIsUpgraded() throws Exception {
        ClusterSpec spec = QuickCluster.of(1).withParallelism(2).withSlots(3);
        cluster.up(spec, true);
        assertHealthy();
        Traffic traffic = new Traffic(cluster.addresses());
        traffic.write(50);
        traffic.check();

        cluster.signal("taskmanager-1", "KILL");
        assertThat(eventuallyDead("taskmanager-1").problems())
                .anyMatch(problem -> problem.contains("taskmanager-1 is dead"));
        cluster.up(spec, true);
        assertHealthy();
        traffic.write(50);
        traffic.check();

        cluster.rescale(2);
        assertThat(parallelism()).isEqualTo(2);
        traffic = trafficAfterRescaling(traffic);

        startStandingQueries();
        Map<String, Long> before = pids();
        cluster.upgrade();
        assertThat(pids().get("broker-1")).isEqualTo(before.get("broker-1"));
        assertThat(pids().get("taskmanager-1")).isNotEqualTo(before.get("taskmanager-1"));
        assertStandingQueriesWentOn();
        traffic.check();

        try (Jobs jobs = cluster.jobs()) {
            jobs.cancel(NamedJob.INGEST.id());
        }
        cluster.up(cluster.spec().orElseThrow(), true);
        traffic.write(50);
        traffic.check();
        assertStandingQueriesWentOn();
        assertHealthy();

        try (Jobs jobs = cluster.jobs()) {
            jobs.cancel(STANDING.id());
        }
        cluster.rescale(1);
        assertThat(parallelism()).isEqualTo(1);
        traffic.check();
    }

    /** Beside the cluster's own jobs, as the command does it. */
    private void startStandingQueries() throws Exception {
        new ForeignCluster(
                        Optional.empty(),
                        cluster.addresses().web().get(0),
                        cluster.addresses().bootstrap(),
                        "cluster",
                        Map.of(
                                "nearstream.standing.job", STANDING.name(),
                                "nearstream.standing.collection", "points",
                                "nearstream.standing.cells", "one",
                                "nearstream.parallelism", "1"),
                        progress::add)
                .submitFurther(NamedJob.STANDING, STANDING.name(), Optional.empty(), () -> {});
        EarlierRuns runs = new EarlierRuns(layout.checkpoints());
        while (runs.newest(STANDING.id()).isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** Restored from a checkpoint, and not from nothing. */
    private void assertStandingQueriesWentOn() throws Exception {
        try (Jobs jobs = cluster.jobs()) {
            jobs.awaitRunning(STANDING.id(), Duration.ofMinutes(1));
            assertThat(jobs.epoch(STANDING.id()) % 1_000).as("times restored").isPositive();
        }
        assertThat(status().jobs()).extracting(JobStatusReport::name).contains(STANDING.name());
    }

    /** A second TaskManager answers live reads, too: the addresses are asked for again. */
    private Traffic trafficAfterRescaling(Traffic traffic) throws Exception {
        traffic.write(50);
        traffic.check();
        assertThat(cluster.addresses().state()).hasSize(2);
        return traffic;
    }

    private int parallelism() throws IOException {
        try (Jobs jobs = cluster.jobs()) {
            int ingest = jobs.parallelism(NamedJob.INGEST.id());
            assertThat(jobs.parallelism(NamedJob.QUERY.id())).isEqualTo(ingest);
            return ingest;
        }
    }

    private Map<String, Long> pids() throws IOException {
        return cluster.nodes().stream()
                .collect(java.util.stream.Collectors.toMap(RunningNode::name, RunningNode::pid));
    }

    private ClusterStatus eventuallyDead(String node) throws Exception {
        ClusterStatus status = status();
        while (status.nodes().stream()
                .filter(each -> each.name().equals(node))
                .anyMatch(NodeStatusReport::isRunning)) {
            status = status();
        }
        return status;
    }

    @Test
    void aJobManagerThatIsKilledIsReplacedByItsStandby() throws Exception {
        ClusterSpec spec = QuickCluster.of(1).withStandby();
        cluster.up(spec, true);
        Traffic traffic = new Traffic(cluster.addresses());
        traffic.write(20);
        traffic.check();

        cluster.signal("jobmanager-1", "KILL");
        traffic.write(20);
        traffic.check();
        assertThat(status().problems()).anyMatch(each -> each.contains("jobmanager-1 is dead"));

        cluster.up(spec, true);
        assertHealthy();
        traffic.check();

        // Whichever led before, each has lost its leader once now.
        cluster.signal("jobmanager-2", "KILL");
        traffic.write(20);
        traffic.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pi-1g", "pi-4g", "pi-8g"})
    void everyProfileStartsAndTakesJobsByAddressesAlone(String profile) throws Exception {
        cluster.up(ClusterSpec.of(1).withProfile(profile), false);
        ForeignCluster byAddress = byAddress(profile);
        byAddress.submit(Jobs.ALL, Map.of());
        assertThatThrownBy(() -> byAddress.submit(Jobs.ALL, Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("job ingest is there already (RUNNING)")
                .hasMessageContaining("job query is there already (RUNNING)");
        Traffic traffic = new Traffic(cluster.addresses());
        traffic.write(20);
        traffic.check();
        assertHealthy();
    }

    @Test
    void oneBrokerOfThreeMayBeMissing() throws Exception {
        ClusterSpec spec = QuickCluster.of(1).withBrokers(3);
        cluster.up(spec, true);
        Traffic traffic = new Traffic(cluster.addresses());
        traffic.write(20);
        traffic.check();
        Copies copies = new Copies(cluster.addresses().bootstrap());
        assertThat(copies.leastInSync()).isEqualTo(3);
        assertThat(copies.leastToAcknowledge()).isEqualTo(2);

        // The first one that every client asks.
        cluster.signal("broker-1", "KILL");
        traffic.write(20);
        traffic.check();
        assertThat(copies.leastInSync()).isEqualTo(2);
        assertThat(status().problems())
                .anyMatch(each -> each.contains("broker-1 is dead"))
                .anyMatch(each -> each.contains("copies are missing"));

        cluster.up(spec, true);
        copies.awaitInSync(3);
        assertHealthy();
        traffic.write(20);
        traffic.check();
    }

    private ForeignCluster byAddress(String profile) throws IOException {
        return new ForeignCluster(
                distribution,
                cluster.addresses().web().get(0),
                cluster.addresses().bootstrap(),
                profile,
                Map.of(),
                progress::add);
    }

    @Test
    void aTakenPortIsNamedAndNothingIsLeftBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ClusterSpec spec = ClusterSpec.of(1).withKafkaPort(taken.getLocalPort());
            assertThatThrownBy(() -> cluster.up(spec, true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("--kafka-port")
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        assertThat(cluster.nodes()).isEmpty();
    }

    @Test
    void aProcessThatDoesNotComeUpTakesTheOthersWithIt() throws Exception {
        ClusterSpec spec =
                ClusterSpec.of(1).withOverrides(Map.of("blob.server.port", "not-a-port"));
        assertThatThrownBy(() -> cluster.up(spec, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("jobmanager-1 has ended")
                .hasMessageContaining("For input string");
        assertThat(progress).anyMatch(line -> line.startsWith("ended    broker-1"));
        assertThat(cluster.nodes()).isEmpty();
        assertThatThrownBy(() -> cluster.savepoint())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No JobManager");
    }
}
