package io.nearstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of README.md does what README.md says. */
class ColoursOverKafkaITCase {
    @Test
    void exampleFindsTheNearestColours(@TempDir Path dir) throws Exception {
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            client.collections()
                    .create(CollectionSettings.learned("colours", 1, 3, Metric.L2, Encoding.UINT8));
            assertThat(output(nearstream.bootstrap(), dir.resolve("printed")))
                    .containsExactly("COMPLETE", "coral    34.4", "tomato   52.1");
        }
    }

    /** In a JVM of its own, as a user runs it: nothing of ours has prepared anything there. */
    private static List<String> output(String bootstrap, Path printed) throws Exception {
        Process example =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ColoursOverKafka.class.getName(),
                                bootstrap)
                        .redirectOutput(printed.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(example.waitFor(3, TimeUnit.MINUTES)).as("ends by itself").isTrue();
            assertThat(example.exitValue()).as("exit code").isZero();
            return Files.readAllLines(printed);
        } finally {
            example.destroyForcibly();
        }
    }
}
