package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.ClusterStatus;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.RunningNode;
import io.nearstream.cluster.StatusProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of real processes in a directory of its own, of which each test leaves none alive. */
abstract class ClusterCase {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    protected Path dir;

    protected final List<String> progress = new ArrayList<>();
    protected ClusterLayout layout;
    protected Distribution distribution;
    protected Cluster cluster;

    @BeforeEach
    final void open() throws IOException {
        layout = new ClusterLayout(dir);
        distribution = Distribution.ofThisProcess();
        cluster = Cluster.open(distribution, layout, progress::add);
    }

    @AfterEach
    final void end() throws Exception {
        List<RunningNode> nodes = cluster.nodes();
        cluster.down();
        cluster.close();
        assertThat(nodes).noneMatch(RunningNode::isAlive);
    }

    protected final ClusterStatus status() throws Exception {
        return new StatusProbe(distribution, layout, Clock.systemUTC()).look();
    }
}
