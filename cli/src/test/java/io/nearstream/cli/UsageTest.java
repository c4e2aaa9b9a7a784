package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "collection --help",
                "collection create -h",
                "collection list -h",
                "collection describe -h",
                "collection drop -h",
                "demo --help",
                "serve --help",
                "load --help",
                "search --help",
                "get --help",
                "delete --help",
                "topics --help",
                "topics create -h",
                "topics list -h",
                "bench --help",
                "bench search --help"
            })
    void everyCommandExplainsItself(String arguments) {
        Run run = Run.of(arguments.split(" "));

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: nearstream");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|Unmatched argument",
                "bogus|Unmatched argument",
                "collection|create, list, describe or drop",
                "topics|create or list",
                "collection create c --metric l2|--dimensions",
                "collection create c --dimensions 3|--metric",
                "collection create c --dimensions 3 --metric l3|must be l2 or cosine, but was 'l3'",
                "collection create C! --dimensions 3 --metric l2|collection must be 1 to 128",
                "collection create c --dimensions 0 --metric l2|between 1 and 4096, but was 0",
                "collection create c --dimensions 3 --metric l2 --hash-bits 3|hash-bits must be",
                "collection create c --dimensions 3 --metric l2 --bootstrap x|HOST:PORT",
                "load f.fvecs|--collection",
                "load f.fvecs --collection c --limit 0|--limit must be at least 1",
                "search --collection c|--query",
                "search --collection c --id a --vector 1|mutually exclusive",
                "search --collection c --id a --k 1 --radius 2|mutually exclusive",
                "search --collection c --id a --probes 1 --exhaustive|mutually exclusive",
                "serve|--dir",
                "demo --base b.fvecs|--query",
                "topics create --replication 9|between 1 and 7, but was 9",
                "get|ID",
                "bench|Name a command",
                "bench search --query q --truth t --metric l2 --json o|--base",
                "bench search --base b --query q --truth t --metric l2|--json",
                "bench search --base b --query q --truth t --metric l2 --json /none/o|no directory /none",
            })
    void wrongUsageIsOneLineAndExitCode2(String arguments, String complaint) {
        Run run = Run.of(arguments.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("nearstream: ").contains(complaint);
        assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "collection list",
                "collection create c --dimensions 3 --metric l2",
                "search --collection c --vector 1,2,3",
                "get a --collection c",
                "delete a --collection c",
                "topics list",
                "topics create"
            })
    void clientCommandsWithoutAServerSaySoInOneLine(String arguments) throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        Run run = Run.of((arguments + " --bootstrap localhost:" + port).split(" "));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("nearstream: Nothing answers at localhost:" + port)
                .contains("./nearstream serve")
                .hasLineCount(1);
    }

    @Test
    void unreadableFilesAreOneLine(@TempDir Path dir) throws IOException {
        Path cut = Files.write(dir.resolve("cut.fvecs"), new byte[] {1, 0, 0, 0, 5});
        for (Path file : new Path[] {cut, dir.resolve("none.fvecs"), dir.resolve("a.csv")}) {
            Run run = Run.of("load", file.toString(), "--collection", "c");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).startsWith("nearstream: " + file).hasLineCount(1);
        }
    }

    @Test
    void directoriesThatCannotBeUsedAreOneLine(@TempDir Path dir) throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        Run run = Run.of("serve", "--dir", file.resolve("below").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("nearstream: " + file).hasLineCount(1);
    }
}
