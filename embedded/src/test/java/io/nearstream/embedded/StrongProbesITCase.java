package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.embedded.testing.RecordClients;
import io.nearstream.embedded.testing.RegisterChecker;
import io.nearstream.embedded.testing.RegisterHistory.Operation;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * To clients that read with STRONG probes every record is one register: what was acknowledged
 * before a probe was sent is in its answer, whichever partition it went to, and what one probe has
 * shown no later one hides; also while a TaskManager dies.
 */
@Timeout(240)
class StrongProbesITCase {
    private static final int RECORDS = 12;
    private static final int READS = 250;

    @TempDir private Path dir;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everyRecordIsOneRegister(int partitions) {
        Property.holds(
                1,
                random -> {
                    for (List<Operation> history :
                            histories(partitions, random, ProbeRequest::strong, true)) {
                        assertThat(RegisterChecker.violation(history)).isEmpty();
                    }
                });
    }

    /** The same clients with weaker probes: the checker would see it. */
    @Test
    void eventualProbesAreSeenToBeWeaker() {
        Property.holds(
                1,
                random ->
                        assertThat(histories(3, random, Function.identity(), false))
                                .map(RegisterChecker::violation)
                                .anyMatch(Optional::isPresent));
    }

    private List<List<Operation>> histories(
            int partitions,
            SplittableRandom random,
            Function<ProbeRequest, ProbeRequest> consistency,
            boolean kill)
            throws Exception {
        createVectors(partitions);
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 2, 2));
                NearstreamClient one = NearstreamClient.connect(nearstream.bootstrap());
                NearstreamClient other = NearstreamClient.connect(nearstream.bootstrap());
                NearstreamClient third = NearstreamClient.connect(nearstream.bootstrap())) {
            RecordClients clients = new RecordClients(RECORDS, consistency, one, other, third);

            clients.start(random);
            clients.awaitMoreReads(READS);
            if (kill) {
                // The jobs fill all slots: whichever TaskManager dies, each job loses subtasks.
                Kills.killAndReplace(nearstream, 0);
                clients.awaitMoreReads(READS);
            }
            clients.stop();
            return clients.histories();
        }
    }

    /** The topic with other partitions than the file says; Nearstream takes it as it finds it. */
    private void createVectors(int partitions) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir.resolve("kafka"), 0);
                Admin admin = KafkaTesting.admin(broker.bootstrap())) {
            NewTopic vectors = new NewTopic(TopicNames.VECTORS, partitions, (short) 1);
            vectors.configs(
                    java.util.Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"));
            admin.createTopics(List.of(vectors)).all().get();
        }
    }
}
