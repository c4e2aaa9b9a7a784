package io.nearstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
            assertThat(output(nearstream.bootstrap()).lines())
                    .containsExactly("COMPLETE", "coral    34.4", "tomato   52.1");
        }
    }

    private static String output(String bootstrap) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            ColoursOverKafka.main(new String[] {bootstrap});
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
