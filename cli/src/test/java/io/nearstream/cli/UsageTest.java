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
                "cluster submit -h",
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
                "bench search --help",
                "bench join --help",
                "join --help",
                "join start -h",
                "join watch -h",
                "standing --help",
                "standing start -h",
                "standing register -h",
                "standing list -h",
                "standing drop -h",
                "standing watch -h",
                "bench batch --help",
                "batch --help",
                "batch search -h",
                "batch join -h",
                "batch dedupe -h",
                "chaos --help",
                "cluster --help",
                "cluster up -h",
                "cluster status -h",
                "cluster submit -h",
                "cluster rescale -h",
                "cluster savepoint -h",
                "cluster upgrade -h",
                "cluster down -h",
                "node --help",
                "kv --help",
                "kv put -h",
                "kv get -h",
                "kv delete -h",
                "kv watch -h",
                "kv bench -h"
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
                "cluster submit --from other=x|--from takes ingest=PATH and query=PATH, but was 'other=...'.",
                "cluster submit --job other|--job must be ingest or query, but was 'other'.",
                "cluster submit --job ingest --from query=none|--from names job 'query', but --job does not",
                "cluster|up, status, submit",
                "cluster submit --bootstrap h:1|--jobmanager",
                "cluster submit --set a=b|--jobmanager",
                "cluster submit --jobmanager h:1|--bootstrap",
                "cluster submit --jobmanager h:1 --bootstrap h:2 --dir /tmp|--dir",
                "collection create c --metric l2|--dimensions",
                "collection create c --dimensions 3|--metric",
                "collection create c --dimensions 3 --metric l3|must be l2 or cosine or inner-product or hamming or jaccard, but was 'l3'",
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
                "bench mixed --query q --metric l2 --json o|--base",
                "bench compare --json o|--data",
                "bench join --json o|--base",
                "join|Name a command: start or watch",
                "join start --left c|--eps",
                "join start --eps 1|--left",
                "join start --left c --eps 1 --name ingest|--name must not be 'ingest'",
                "join start --left c --eps 1 --set nearstream.join.eps=2|cannot be given beside",
                "join watch --count 0|--count must be at least 1, but was 0.",
                "serve --dir d --joins 17|--joins must be between 0 and 16, but was 17.",
                "serve --dir d --standing 17|--standing must be between 0 and 16, but was 17.",
                "serve --dir d --backfill f.avro|--backfill must be COLLECTION=FILE[;FILE...] or none, but was 'f.avro'.",
                "serve --dir d --backfill c=a.avro;|--backfill must be COLLECTION=FILE",
                "serve --dir d --backfill-metric l2|--backfill",
                "serve --dir d --backfill c=f.avro --backfill-metric l3|but was 'l3'",
                "serve --dir d --backfill c=f.avro --backfill-as-of today|--backfill-as-of must be a time such as 2026-11-22T10:00:00Z, or creation, but was 'today'.",
                "cluster submit --backfill c=f.avro|--backfill goes with --jobmanager here",
                "cluster submit --jobmanager h:1 --bootstrap h:2 --job query --backfill c=f.avro|--backfill is read by job ingest, but --job names 'query' alone",
                "standing|Name a command: start, register, list, drop or watch.",
                "standing start|--collection",
                "standing start --collection c --name query|--name must not be 'query'",
                "standing start --collection c --set nearstream.standing.collection=d|cannot be given beside",
                "standing register q --collection c|--query",
                "standing register --collection c --vector 1|NAME",
                "standing register q --vector 1|--collection",
                "standing register q/r --collection c --vector 1|id must be 1 to 128 characters",
                "standing register q --collection c --vector 1 --k 1 --radius 2|mutually exclusive",
                "standing register q --collection c --vector 1 --probes 1 --exhaustive|mutually exclusive",
                "standing register q --collection c --vector 1 --max-hits 2|--max-hits goes with --radius",
                "standing register q --collection c --vector 1 --radius Infinity|--radius must be a finite number",
                "standing register q --collection c --vector 1 --probes 0|--probes must be between 1 and 65536, but was 0.",
                "standing register q --collection c --vector 1 --lease soon|--lease must be a duration as 30s or 12h, but was 'soon'",
                "standing register q --collection c --vector 1 --lease 8d|--lease must be at most 7d, but was '8d'.",
                "standing register q --collection c --vector 1 --wait 0|--wait must be between 1 and 3600, but was 0.",
                "standing list --subscriber a/b|subscriber must be 1 to 128 characters",
                "standing drop|NAME",
                "standing watch --count 0|--count must be at least 1, but was 0.",
                "standing watch --renew 8d|--renew must be between 10s and 7d, but was '8d'.",
                "bench standing --json o|--base",
                "bench stream --base b --query q --metric l2 --json o|--runbook",
                "search --collection c --id a --at-least 1 --strong|mutually exclusive",
                "kv|put, get, delete, watch or bench",
                "kv put|Name a KEY and its VALUE",
                "kv put k|Name a KEY and its VALUE",
                "kv put k v --file f|Name a KEY and its VALUE",
                "kv put k v --lines f|Name a KEY and its VALUE",
                "kv put k v --ttl soon|--ttl must be a duration as 30s or 12h, but was 'soon'",
                "kv put k v --ttl 0s|--ttl must be at least 1 ms",
                "kv put k v --if-version 1|--if-version must be TIME-PARTITION-OFFSET",
                "kv put k v --if-version 1-2-3 --if-absent|--if-version is for one key",
                "kv get|KEY",
                "kv get k --read cached|--read must be live or strong",
                "kv get k --read often|must be live or strong or cached, but was 'often'",
                "kv get k l --raw|--raw is for one key",
                "kv get k --state nowhere|--state: address must be HOST:PORT",
                "kv delete|KEY",
                "kv delete k l --if-version 1-2-3|--if-version is for one key",
                "kv watch --count 0|--count must be at least 1, but was 0",
                "kv bench|--workload",
                "kv bench --workload E|must be a or b or c or d or f, but was 'E'",
                "kv bench --workload A --records 0|--records must be between 1 and 10000000",
                "kv bench --workload A --value-bytes 1|--value-bytes must be between 24 and 1048576",
                "kv bench --workload A --samples 0|--samples must be between 1 and 100000",
                "kv bench --workload A --background-puts-per-s 9|is for --workload C --read cached",
                "kv bench --workload A --yardsticks sundial|--yardsticks must be rocksdb or",
                "kv bench --workload A --managed-memory much|--managed-memory must be a size as 256mb",
                "kv bench --workload A --state localhost:1|--state goes with --bootstrap",
                "kv bench --workload A --json /none/o|no directory /none",
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
                "topics create",
                "standing register q --collection c --vector 1",
                "standing list",
                "standing drop q",
                "standing watch"
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

    /** A script that asks for a key must not take this for its absence, which is 1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kv put k v",
                "kv get k",
                "kv get k --read strong",
                "kv delete k",
                "kv watch"
            })
    void keyCommandsWithoutAServerHaveACodeOfTheirOwn(String arguments) throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        Run run = Run.of((arguments + " --bootstrap localhost:" + port).split(" "));

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("nearstream: Nothing answers at localhost:" + port)
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

    /** Before a broker is started for it. */
    @Test
    void filesOfABackfillAreLookedAtFirst(@TempDir Path dir) throws IOException {
        Path cut = Files.write(dir.resolve("cut.fvecs"), new byte[] {1, 0, 0, 0, 5});
        Path server = dir.resolve("server");
        Run run = Run.of("serve", "--dir", server.toString(), "--backfill", "c=" + cut);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("nearstream: " + cut).hasLineCount(1);
        assertThat(server).doesNotExist();
    }

    @Test
    void directoriesThatCannotBeUsedAreOneLine(@TempDir Path dir) throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        Run run = Run.of("serve", "--dir", file.resolve("below").toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("nearstream: " + file).hasLineCount(1);
    }
}
