package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterChangesTest {
    private static final ClusterSpec ONE = ClusterSpec.of(2);

    @TempDir private Path dir;
    private ClusterLayout layout;

    @BeforeEach
    void open() {
        layout = new ClusterLayout(dir);
    }

    @Test
    void theNumberOfBrokersStaysOnceTheyHaveData() throws IOException {
        ClusterSpec three = ONE.withBrokers(3);
        ClusterChanges.prepare(layout, Optional.of(ONE), three);
        Files.createDirectories(layout.kafka("broker-1"));

        ClusterChanges.prepare(layout, Optional.empty(), three);
        ClusterChanges.prepare(layout, Optional.of(ONE), ONE.withTaskManagers(3));
        assertThatThrownBy(() -> ClusterChanges.prepare(layout, Optional.of(ONE), three))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'--brokers' cannot be changed from 1 to 3")
                .hasMessageContaining("--dir");
    }

    @Test
    void whatZooKeeperKnewBeforeARunWithoutItIsForgotten() throws IOException {
        Path graph = layout.highAvailability().resolve("graph");
        Path checkpoint = layout.checkpoints().resolve("job/chk-1");
        Files.createDirectories(layout.zooKeeper().resolve("version-2"));
        Files.createDirectories(graph);
        Files.createDirectories(checkpoint);
        ClusterSpec standby = ONE.withStandby();

        ClusterChanges.prepare(layout, Optional.of(standby), standby);
        ClusterChanges.prepare(layout, Optional.of(standby), ONE);
        assertThat(graph).exists();

        ClusterChanges.prepare(layout, Optional.of(ONE), standby);
        assertThat(layout.zooKeeper()).doesNotExist();
        assertThat(layout.highAvailability()).doesNotExist();
        assertThat(checkpoint).exists();
    }
}
