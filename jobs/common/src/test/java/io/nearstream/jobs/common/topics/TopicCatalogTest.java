package io.nearstream.jobs.common.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicCatalogTest {
    @TempDir private Path dir;

    @Test
    void packagedCatalogNamesEveryTopicInOrder() {
        assertThat(TopicCatalog.load().topics())
                .extracting(TopicSpec::name)
                .containsExactlyElementsOf(TopicNames.ALL);
    }

    @Test
    void packagedCatalogIsTheFileOfTheRepository() throws IOException {
        Path file = Path.of(System.getProperty("nearstream.root"), "kafka", "topics.yaml");
        assertThat(TopicCatalog.read(file).topics()).isEqualTo(TopicCatalog.load().topics());
    }

    @Test
    void changesOutliveTheWritesThatCouldResurrectThem() {
        TopicCatalog catalog = TopicCatalog.load();
        Duration writes = catalog.topic(TopicNames.VECTORS).retention().orElseThrow();
        Duration deletions = catalog.topic(TopicNames.INDEX_CHANGES).tombstones().orElseThrow();
        assertThat(deletions).isGreaterThan(writes);
    }

    @Test
    void settingsTravelUnderKafkasNames() {
        assertThat(TopicCatalog.load().topic(TopicNames.VECTORS).kafkaConfigs())
                .containsEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
                .containsEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "4194304")
                .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "604800000");
        assertThat(TopicCatalog.load().topic(TopicNames.INDEX_CHANGES).kafkaConfigs())
                .containsEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime")
                .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "compact")
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "-1")
                .containsKey(TopicConfig.DELETE_RETENTION_MS_CONFIG);
    }

    @Test
    void replicationAppliesToEveryTopic() {
        assertThat(TopicCatalog.load().withReplication((short) 3).topics())
                .allMatch(topic -> topic.replication() == 3);
    }

    @Test
    void unknownFieldIsNamed() throws IOException {
        assertRefused(
                packaged().replaceFirst("    partitions: 4", "    partitons: 4"),
                "Topic 'nearstream.vectors.v1': 'partitons' must be absent");
    }

    @Test
    void missingFieldIsNamed() throws IOException {
        assertRefused(
                packaged().replaceFirst("    segment: 128 mb\n", ""),
                "Topic 'nearstream.vectors.v1': 'segment' is missing.");
    }

    @Test
    void valueOutOfRangeIsNamed() throws IOException {
        assertRefused(
                packaged().replaceFirst("partitions: 4", "partitions: 0"),
                "'partitions' must be between 1 and 1024, but was 0.");
        assertRefused(
                packaged().replaceFirst("partitions: 4", "partitions: many"),
                "'partitions' must be a whole number, but was 'many'.");
        assertRefused(
                packaged().replaceFirst("replication: 1", "replication: 65537"),
                "'replication' must be between 1 and 7");
        assertRefused(
                packaged().replaceFirst("retention: 7 d", "retention: 7 fortnights"),
                "'retention' must be a duration");
        assertRefused(
                packaged().replaceFirst("max-message: 4 mb", "max-message: 4 gb"),
                "'max-message' must be a size");
        assertRefused(
                packaged().replaceFirst("cleanup: delete", "cleanup: shred"),
                "'cleanup' must be one of [delete, compact], but was 'shred'.");
    }

    @Test
    void fieldsThatContradictEachOtherAreRefused() throws IOException {
        assertRefused(
                packaged().replaceFirst("cleanup: delete", "cleanup: compact"),
                "'retention' must be unlimited for a compacted topic");
        assertRefused(
                packaged().replaceFirst("timestamp: append", "timestamp: create"),
                "'timestamp' must be append, since versions and retention count append time");
        assertRefused(
                packaged().replaceFirst("partitions: 1\n", "partitions: 2\n"),
                "Topic 'nearstream.collections.v1': 'partitions' must be 1");
        assertRefused(
                packaged().replaceFirst("    tombstones: 7 d\n", ""),
                "'tombstones' must be given for a compacted topic");
    }

    @Test
    void topicsMustBeKnownCompleteAndUnique() throws IOException {
        assertRefused(
                packaged().replaceFirst("nearstream.probes.v1", "nearstream.probe.v1"),
                "Topic 'nearstream.probe.v1' is unknown");
        assertRefused(
                packaged().replaceFirst("nearstream.results.v1", "nearstream.matches.v1"),
                "Topic 'nearstream.matches.v1' is given twice");
        String yaml = packaged();
        assertRefused(
                yaml.substring(0, yaml.indexOf("  # Larger than its sources")),
                "Topics [nearstream.dead-letters.v1] are missing.");
    }

    @Test
    void textThatIsNoCatalogIsRefused() throws IOException {
        assertRefused("", "one list named 'topics'");
        assertRefused("topics: 3", "one list named 'topics'");
        assertRefused("topics: [3]", "is missing");
        assertRefused("topics: [{name: {a: 1}}]", "'name' must be a single value");
        assertRefused(packaged() + "\nversion: 2\n", "one list named 'topics'");
        assertRefused("topics: [", "is not valid YAML");
        assertRefused("topics: []\ntopics: []", "is not valid YAML");
    }

    /** Whatever an editor's slip makes of the file: a catalog or an error that names the file. */
    @Test
    void damagedFileNeverFailsOtherwise() {
        byte[] good = packaged().getBytes(StandardCharsets.UTF_8);
        Property.holds(
                500,
                random -> {
                    byte[] bad = good.clone();
                    for (int i = random.nextInt(1, 6); i > 0; i--) {
                        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
                    }
                    try {
                        assertThat(TopicFile.parse("damaged", bad).topics()).isNotEmpty();
                    } catch (IllegalArgumentException refused) {
                        assertThat(refused).hasMessageStartingWith("damaged");
                    }
                });
    }

    @Test
    void unknownNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicCatalog.load().topic("nearstream.vector.v1"))
                .withMessageContaining("'nearstream.vector.v1' is unknown");
    }

    private static String packaged() {
        try (var in = TopicCatalog.class.getResourceAsStream("topics.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertRefused(String yaml, String reason) throws IOException {
        Path file = Files.writeString(dir.resolve("topics.yaml"), yaml);
        assertThatThrownBy(() -> TopicCatalog.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(reason);
    }
}
