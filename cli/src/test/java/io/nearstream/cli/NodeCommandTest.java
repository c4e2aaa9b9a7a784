package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.cluster.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines of nodes, from a distribution without content. */
class NodeCommandTest {
    @TempDir private Path dir;
    private String before;

    @BeforeEach
    void distribution() throws IOException {
        before = System.getProperty(Distribution.HOME_PROPERTY);
        Path home = dir.resolve("home");
        for (String part : List.of("lib/flink", "lib/cli", "jobs")) {
            Files.createDirectories(home.resolve(part));
        }
        Files.createFile(home.resolve("jobs/nearstream-jobs.jar"));
        System.setProperty(Distribution.HOME_PROPERTY, home.toString());
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Distribution.HOME_PROPERTY);
        } else {
            System.setProperty(Distribution.HOME_PROPERTY, before);
        }
    }

    private Run node(String arguments) {
        return Run.of(
                ("node %s --name n-1 --dir %s".formatted(arguments, dir.resolve("data")))
                        .split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "taskmanager --print",
        "jobmanager --print --profile pi-1g --set rest.port=8082",
        "broker --print --port 9093 --voters 1@127.0.0.1:9193 --set num.io.threads=2",
        "zookeeper --print --port 2182"
    })
    void everyRoleHasItsOptions(String arguments) {
        Run run = node(arguments);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("java", " -cp ");
    }

    @ParameterizedTest
    @CsvSource({
        "taskmanager --print --port 1, --port",
        "jobmanager --print --node-id 1, --node-id",
        "broker --print --profile pi-1g, --profile",
        "zookeeper --print --set a=b, --set",
        "worker --print, zookeeper"
    })
    void anOptionOfAnotherRoleIsRefused(String arguments, String named) {
        Run run = node(arguments);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(named);
    }

    @Test
    void aSecondProcessCannotBeTheSameNode() throws Exception {
        Process first = new ProcessBuilder("sleep", "600").start();
        Process second = new ProcessBuilder("sleep", "600").start();
        try {
            String plan = "taskmanager --plan %s --pid ".formatted(dir.resolve("plan"));
            assertThat(node(plan + first.pid()).code()).isZero();
            Path scratch = Files.createDirectories(dir.resolve("data/tmp/n-1/rocksdb"));

            Run run = node(plan + second.pid());
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .contains("n-1 runs already", "process " + first.pid())
                    .hasLineCount(1);
            assertThat(scratch).exists();

            first.destroyForcibly().waitFor();
            assertThat(node(plan + second.pid()).code()).isZero();
            assertThat(scratch).doesNotExist();
        } finally {
            first.destroyForcibly();
            second.destroyForcibly();
        }
    }
}
