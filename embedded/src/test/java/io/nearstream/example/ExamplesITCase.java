package io.nearstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of README.md do what README.md says. */
class ExamplesITCase {
    @Test
    void examplesPrintWhatTheReadmeSays(@TempDir Path dir) throws Exception {
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            client.collections()
                    .create(CollectionSettings.learned("colours", 1, 3, Metric.L2, Encoding.UINT8));
            Path printed = dir.resolve("printed");
            String bootstrap = nearstream.bootstrap();
            assertThat(output(printed, ColoursOverKafka.class, bootstrap))
                    .containsExactly("COMPLETE", "coral    34.4", "tomato   52.1");
            String state = ingestProxy(nearstream, client);
            assertThat(output(printed, Visits.class, bootstrap, state))
                    .containsExactly("3 visits", "gone");
        }
    }

    /** A server has one TaskManager; here are two, and only one of them runs the ingest job. */
    private static String ingestProxy(EmbeddedNearstream nearstream, NearstreamClient client) {
        for (String address : nearstream.stateAddresses()) {
            try (KeyValueReader live =
                    client.keyValues().live(LiveReadOptions.of(List.of(address)))) {
                live.get("anything").get();
                return address;
            } catch (ExecutionException other) {
                assertThat(other).hasCauseInstanceOf(NearstreamException.class);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
        throw new IllegalStateException("No TaskManager answers.");
    }

    /** In a JVM of its own, as a user runs it: nothing of ours has prepared anything there. */
    private static List<String> output(Path printed, Class<?> main, String... args)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(args));
        Process example =
                new ProcessBuilder(command)
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
