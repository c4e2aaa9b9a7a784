package io.nearstream.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.jobs.common.config.NearstreamOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestArgumentsTest {
    @Test
    void argumentsWinOverTheFile(@TempDir Path directory) throws Exception {
        Files.writeString(
                directory.resolve("config.yaml"),
                "nearstream:\n  parallelism: 3\n  kafka.bootstrap: host:1\n");
        Configuration config =
                IngestArguments.parse(
                        new String[] {
                            "--config", directory.toString(),
                            "--nearstream.parallelism", "5",
                            "--pipeline.max-parallelism", "256"
                        });
        assertThat(config.get(NearstreamOptions.PARALLELISM)).isEqualTo(5);
        assertThat(config.get(NearstreamOptions.BOOTSTRAP)).isEqualTo("host:1");
        assertThat(config.getString("pipeline.max-parallelism", "")).isEqualTo("256");
    }

    @Test
    void unknownOptionOfOursIsRefused() {
        assertThatThrownBy(
                        () -> IngestArguments.parse(new String[] {"--nearstream.paralelism", "5"}))
                .hasMessageContaining("'nearstream.paralelism'")
                .hasMessageContaining("nearstream.parallelism");
    }

    @Test
    void valueOutOfItsRangeIsNamed() {
        Configuration config = new Configuration();
        config.set(NearstreamOptions.TICK_IDLE, Duration.ofMillis(1));
        assertThatThrownBy(() -> IngestSettings.read(config, 1))
                .hasMessage(
                        "'nearstream.ingest.tick-idle' must be between 5 and 10000 ms, but was 1.");
    }
}
