package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.kafka.KafkaBuffers;
import io.nearstream.jobs.ingest.IngestSettings;
import io.nearstream.jobs.query.QuerySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlinkProfileTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("nearstream.root", ".."), "flink-conf");

    static List<String> layers() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            List<String> names =
                    folders.filter(Files::isDirectory)
                            .map(folder -> folder.getFileName().toString())
                            .sorted()
                            .toList();
            assertThat(names).contains("common", FlinkProfile.LOCAL, "cluster", "pi-1g");
            return names;
        }
    }

    /** Flink ignores a key that it does not know, so a slip would go unnoticed. */
    @ParameterizedTest
    @MethodSource("layers")
    void everyKeyIsKnownAndItsValueParses(String layer) {
        Map<String, ConfigOption<?>> known = KnownOptions.all();
        Map<String, String> settings = FlinkProfile.layer(layer);
        assertThat(settings).isNotEmpty();
        assertThat(known).containsKeys(settings.keySet().toArray(String[]::new));
        Configuration configuration = Configuration.fromMap(settings);
        settings.keySet()
                .forEach(
                        key ->
                                assertThatCode(() -> configuration.get(known.get(key)))
                                        .as(key)
                                        .doesNotThrowAnyException());
    }

    @Test
    void profileHoldsTheCommonLayerAndItsOwn() {
        Configuration local = FlinkProfile.load(FlinkProfile.LOCAL, Map.of());
        assertThat(local.get(PipelineOptions.MAX_PARALLELISM)).isEqualTo(128);
        assertThat(local.get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(local.get(PipelineOptions.AUTO_GENERATE_UIDS)).isFalse();
        assertThat(local.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(local.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)).isTrue();
        assertThat(local.get(RestOptions.BIND_ADDRESS)).isEqualTo("127.0.0.1");
    }

    @Test
    void overridesWin() {
        Configuration local =
                FlinkProfile.load(
                        FlinkProfile.LOCAL, Map.of("execution.checkpointing.interval", "5 s"));
        assertThat(local.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void unknownProfileIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FlinkProfile.load("lokal", Map.of()))
                .withMessageContaining("Flink profile 'lokal' is unknown");
    }

    /** What the jobs would refuse when they are submitted. */
    @ParameterizedTest
    @MethodSource("layers")
    void ourOwnOptionsAreInTheirRanges(String layer) {
        Configuration configuration = Configuration.fromMap(FlinkProfile.layer(layer));
        OptionValues.requireKnown(configuration);
        KafkaBuffers.of(configuration);
        QuerySettings.of(configuration, 4);
        IngestSettings.read(configuration, 0);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void everyFolderIsInTheReadme(String layer) throws IOException {
        assertThat(Files.readString(FOLDER.resolve("README.md"))).contains("| `" + layer + "/` |");
    }
}
