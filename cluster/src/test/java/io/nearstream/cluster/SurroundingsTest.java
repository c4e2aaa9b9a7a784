package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.embedded.BrokerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurroundingsTest {
    private static final Surroundings AROUND =
            new Surroundings(
                    Map.of(
                            Surroundings.clientsTo("broker-1"), 7_001,
                            Surroundings.jobsTo("broker-1"), 7_002),
                    Map.of(
                            "taskmanager-2",
                            new Surroundings.Place("10.0.0.3", List.of("enter", "there")),
                            "taskmanager-1",
                            new Surroundings.Place("", List.of("enter", "here"))),
                    "10.0.0.1");
    private static final Map<String, Integer> PORTS =
            Map.ofEntries(
                    Map.entry("broker-1", 1),
                    Map.entry("broker-1.controller", 2),
                    Map.entry("broker-1.clients", 3),
                    Map.entry("broker-1.jobs", 4),
                    Map.entry("jobmanager-1", 5),
                    Map.entry("jobmanager-1.rpc", 6),
                    Map.entry("taskmanager-1", 7),
                    Map.entry("taskmanager-2", 8));

    @TempDir private Path dir;
    private ClusterLayout layout;
    private ClusterSpec spec;
    private ClusterSettings settings;

    @BeforeEach
    void describe() {
        layout = new ClusterLayout(dir);
        spec = ClusterSpec.of(2).within(AROUND);
        settings = settings(spec);
    }

    private ClusterSettings settings(ClusterSpec some) {
        return new ClusterSettings(layout, new ClusterFile.Remembered(some, "id", PORTS, Map.of()));
    }

    @Test
    void aBrokerTellsWhoComesThroughAProxyToComeThroughItAgain() {
        BrokerSettings broker = settings.brokerSettings(0);
        assertThat(broker.toKafka())
                .containsEntry(
                        "listeners",
                        "PLAINTEXT://10.0.0.1:1,CONTROLLER://10.0.0.1:2,CLIENTS://10.0.0.1:3,JOBS://10.0.0.1:4")
                .containsEntry(
                        "advertised.listeners",
                        "PLAINTEXT://10.0.0.1:1,CLIENTS://10.0.0.1:7001,JOBS://10.0.0.1:7002")
                .containsEntry(
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT,JOBS:PLAINTEXT");
        assertThat(settings.portsOfBroker(0)).containsExactly(1, 2, 3, 4);
        assertThat(settings.addresses().behindProxies())
                .containsOnly(
                        Map.entry("broker-1.clients", "10.0.0.1:3"),
                        Map.entry("broker-1.jobs", "10.0.0.1:4"));
    }

    @Test
    void theJobsComeThroughTheirsAndNobodyElse() {
        assertThat(settings.jobSettings().toMap())
                .containsEntry("nearstream.kafka.bootstrap", "10.0.0.1:7002");
        assertThat(settings.addresses().bootstrap()).isEqualTo("10.0.0.1:1");
        assertThat(settings(ClusterSpec.of(2)).jobSettings().toMap())
                .containsEntry("nearstream.kafka.bootstrap", "127.0.0.1:1");
    }

    @Test
    void aTaskManagerListensWhereItsPlaceIs() {
        assertThat(settings.taskManagerSettings(1).toMap())
                .containsEntry("taskmanager.host", "10.0.0.3")
                .containsEntry("taskmanager.bind-host", "10.0.0.3");
        assertThat(settings.taskManagerSettings(0).toMap())
                .containsEntry("taskmanager.host", "10.0.0.1");
        assertThat(settings.addresses().state()).containsExactly("10.0.0.1:7", "10.0.0.3:8");
    }

    @Test
    void whatIsAroundAClusterIsRememberedAndNothingIsWhereNothingWasSaid() throws Exception {
        ClusterFile file = new ClusterFile(layout);
        file.write(new ClusterFile.Remembered(spec, "id", PORTS, Map.of()));
        assertThat(file.read().orElseThrow().spec()).isEqualTo(spec);
        assertThat(ClusterSpec.of(2).surroundings()).isEqualTo(Surroundings.NONE);
        assertThatThrownBy(() -> new Surroundings(Map.of("broker-1", 1), Map.of(), ""))
                .hasMessageContaining("broker-1");
    }
}
