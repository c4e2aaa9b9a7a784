package io.nearstream.cli;

import io.nearstream.chaos.fault.MemoryUse;
import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.JavaMemory;
import io.nearstream.cluster.Jobs;
import io.nearstream.cluster.NodeRole;
import io.nearstream.cluster.RunningNode;
import io.nearstream.cluster.StatusProbe;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the cluster of a chaos run is, as a {@link io.nearstream.chaos.fault.Target} says it. */
record ChaosView(Distribution distribution, ClusterLayout layout, Cluster cluster) {
    private static final Logger LOG = LoggerFactory.getLogger(ChaosView.class);

    List<String> problems() {
        try {
            return new StatusProbe(distribution, layout, Clock.systemUTC()).look().problems();
        } catch (IOException | FlinkFailure unreachable) {
            return List.of("The cluster does not say how it is: " + unreachable.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of("It was not waited for.");
        }
    }

    Map<String, Optional<MemoryUse>> memory() throws InterruptedException {
        Map<String, Optional<MemoryUse>> memory = new TreeMap<>();
        for (RunningNode node : running()) {
            memory.put(node.name(), memory(node));
        }
        return memory;
    }

    private static Optional<MemoryUse> memory(RunningNode node) throws InterruptedException {
        try {
            JavaMemory use = node.memory();
            return Optional.of(new MemoryUse(use.heap(), use.classes(), use.resident()));
        } catch (IOException unanswered) {
            LOG.warn("{} does not say what it holds on to.", node.name(), unanswered);
            return Optional.empty();
        }
    }

    private List<RunningNode> running() {
        try {
            return cluster.nodes().stream()
                    .filter(node -> node.role() != NodeRole.ZOOKEEPER && node.isAlive())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    OptionalLong epoch() {
        try (Jobs jobs = cluster.jobs()) {
            long epoch = 0;
            for (NamedJob job : Jobs.ALL) {
                epoch = 31 * epoch + jobs.epoch(job.id());
            }
            return OptionalLong.of(epoch);
        } catch (IOException | FlinkFailure unknown) {
            return OptionalLong.empty();
        }
    }
}
