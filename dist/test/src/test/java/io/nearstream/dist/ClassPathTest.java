package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The command line is the same, whether it runs from the sources or from a distribution. */
class ClassPathTest {
    private static final Path HOME = Path.of(System.getProperty("nearstream.home"));

    /** A module that only tests may see there would be missing from every command. */
    @Test
    void modulesOfTheSourcesAreThoseOfTheDistribution() throws IOException {
        Path cli = HOME.resolve("../../../cli/target");
        List<String> sources =
                Stream.concat(modules(cli.resolve("lib")).stream(), modules(cli).stream())
                        .sorted()
                        .toList();
        assertThat(sources).isNotEmpty().isEqualTo(modules(HOME.resolve("lib/cli")));
    }

    private static List<String> modules(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("nearstream-") && name.endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }
}
