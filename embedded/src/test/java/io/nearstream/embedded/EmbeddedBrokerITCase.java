package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.embedded.testing.Await;
import io.nearstream.jobs.common.topics.TopicCatalog;
import io.nearstream.jobs.common.topics.TopicCreator;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.topics.TopicPartitions;
import io.nearstream.jobs.common.topics.TopicReport;
import io.nearstream.jobs.common.topics.TopicSpec;
import io.nearstream.jobs.common.topics.TopicsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class EmbeddedBrokerITCase {
    @TempDir private Path dir;

    @Test
    void recordsAndClusterIdSurviveRestart() throws Exception {
        String cluster;
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Admin admin = KafkaTesting.admin(broker.bootstrap())) {
            TopicCreator.create(admin, TopicCatalog.load());
            cluster = admin.describeCluster().clusterId().get();
            KafkaTesting.produce(broker.bootstrap(), TopicNames.VECTORS, List.of("a", "b", "c"));
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Admin admin = KafkaTesting.admin(broker.bootstrap())) {
            assertThat(admin.describeCluster().clusterId().get()).isEqualTo(cluster);
            assertThat(TopicCreator.create(admin, TopicCatalog.load()))
                    .isEqualTo(new TopicReport(List.of(), TopicNames.ALL, List.of()));
            assertThat(KafkaTesting.consume(broker.bootstrap(), TopicNames.VECTORS, 3))
                    .containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void topicsAreAsTheFileSaysAndDifferencesAreReported() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Admin admin = KafkaTesting.admin(broker.bootstrap())) {
            TopicCatalog catalog = TopicCatalog.load();
            assertThatThrownBy(() -> TopicPartitions.of(broker.bootstrap(), TopicNames.ALL))
                    .isInstanceOf(TopicsException.class)
                    .hasMessageContaining(TopicNames.VECTORS)
                    .hasMessageContaining("some are missing at '" + broker.bootstrap())
                    .hasMessageContaining("./nearstream topics create");
            assertThat(TopicCreator.create(admin, catalog))
                    .isEqualTo(new TopicReport(TopicNames.ALL, List.of(), List.of()));
            assertThat(TopicPartitions.of(broker.bootstrap(), TopicNames.ALL))
                    .isEqualTo(
                            catalog.topics().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    TopicSpec::name, TopicSpec::partitions)));

            alter(admin);
            TopicReport again = TopicCreator.create(admin, catalog);
            assertThat(again.created()).containsExactly(TopicNames.MATCHES);
            assertThat(again.differences())
                    .extracting(TopicReport.Difference::toString)
                    .containsExactly(
                            "Topic 'nearstream.vectors.v1': retention.ms should be 604800000,"
                                    + " but is 1000.",
                            "Topic 'nearstream.probes.v1': partitions should be 4, but is 6.");
        }
    }

    @Test
    void takenPortNamesTheOption() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedBroker.start(dir, taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .hasMessageContaining("'--kafka-port'");
        }
        assertThatThrownBy(() -> EmbeddedBroker.start(dir, 65_536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'--kafka-port' must be between 0 (any free port) and 65535");
    }

    @Test
    void directoryServesOneBroker() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0)) {
            assertThat(broker.bootstrap()).startsWith("127.0.0.1:");
            assertThatThrownBy(() -> EmbeddedBroker.start(dir, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(dir + " is in use");
        }
    }

    /** Returns once the broker, which follows the controller, has heard of the changes. */
    private static void alter(Admin admin) throws Exception {
        var vectors = new ConfigResource(ConfigResource.Type.TOPIC, TopicNames.VECTORS);
        var shorter =
                new AlterConfigOp(
                        new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(vectors, List.of(shorter))).all().get();
        admin.createPartitions(Map.of(TopicNames.PROBES, NewPartitions.increaseTo(6))).all().get();
        admin.deleteTopics(Set.of(TopicNames.MATCHES)).all().get();
        Await.until(
                "the deleted topic is gone",
                () -> !admin.listTopics().names().get().contains(TopicNames.MATCHES));
    }
}
