package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands about keys, against a whole server. */
@Timeout(300)
class KvCommandsITCase {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LINES = 2_500;

    @TempDir static Path dir;
    private static EmbeddedNearstream server;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedNearstream.start(EmbeddedOptions.in(dir.resolve("server")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void valuesArePutReadBothWaysAndDeleted() throws IOException {
        JsonNode put = json("put", "greeting", "hello", "--ttl", "1h");
        assertThat(put.get("applied").asBoolean()).isTrue();
        String version = put.get("version").asText();

        for (String way : List.of("live", "strong")) {
            JsonNode got = json("get", "greeting", "--read", way).get(0);
            assertThat(got.get("value").asText()).isEqualTo("hello");
            assertThat(got.get("version").asText()).isEqualTo(version);
            assertThat(got.get("expires_at").asLong() - got.get("append_time").asLong())
                    .isEqualTo(TimeUnit.HOURS.toMillis(1));
        }
        Run table = run("get", "greeting");
        assertThat(table.code()).isZero();
        assertThat(table.out()).contains("KEY", "greeting", "hello", version, "in ", " min");

        Run deleted = run("delete", "greeting");
        assertThat(deleted.code()).isZero();
        assertThat(deleted.out()).isEqualTo("delete greeting: applied\n");
        for (String way : List.of("live", "strong")) {
            Run gone = run("get", "greeting", "--read", way);
            assertThat(gone.code()).isEqualTo(1);
            assertThat(gone.out()).isEmpty();
            assertThat(gone.err()).isEqualTo("nearstream: There is no key 'greeting'.\n");
        }
        assertThat(run("delete", "greeting").code()).as("it need not be there").isZero();
    }

    @Test
    void oneMissingKeyAmongOthersIsNamed() {
        run("put", "there", "yes");

        Run some = run("get", "there", "missing");

        assertThat(some.code()).isEqualTo(1);
        assertThat(some.out()).contains("there", "yes");
        assertThat(some.err()).isEqualTo("nearstream: There is no key 'missing'.\n");
    }

    @Test
    void conditionsThatDoNotHoldChangeNothingAndSaySo() throws IOException {
        String first = json("put", "guarded", "1", "--if-absent").get("version").asText();

        Run again = run("put", "guarded", "2", "--if-absent");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out()).isEmpty();
        assertThat(again.err())
                .isEqualTo(
                        "nearstream: put guarded: not applied, since the key has a value of version %s.\n"
                                .formatted(first));

        String second = json("put", "guarded", "2", "--if-version", first).get("version").asText();
        Run stale = run("delete", "guarded", "--if-version", first, "--json");
        assertThat(stale.code()).isEqualTo(1);
        assertThat(JSON.readTree(stale.out()).get("applied").asBoolean()).isFalse();
        assertThat(stale.err()).contains("has a value of version " + second).contains(first);
        assertThat(run("delete", "guarded", "--if-version", second).code()).isZero();
        assertThat(run("put", "guarded", "3", "--if-version", second).err())
                .contains("the key has no value and not " + second);
    }

    @Test
    void bytesGoInAndComeOutAsTheyAre() throws IOException {
        byte[] bytes = {0, (byte) 0xFF, 10, 13, 9};
        Path file = Files.write(dir.resolve("bytes"), bytes);
        assertThat(run("put", "binary", "--file", file.toString()).code()).isZero();
        assertThat(raw("binary")).isEqualTo(bytes);
        assertThat(run("get", "binary").out()).contains("0x00ff0a0d09");
        assertThat(json("get", "binary").get(0).get("value_base64").asText()).isEqualTo("AP8KDQk=");

        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(bytes));
        try {
            assertThat(run("put", "piped", "-").code()).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(raw("piped")).isEqualTo(bytes);
    }

    private static byte[] raw(String key) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(run("get", key, "--raw").code()).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toByteArray();
    }

    @Test
    void manyLinesArePutAndEveryRefusalCounts() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            text.append("line-").append(i).append('\t').append("value\t").append(i).append('\n');
        }
        Path file = Files.writeString(dir.resolve("lines"), text);

        JsonNode put = json("put", "--lines", file.toString());
        assertThat(put.get("applied").asInt()).isEqualTo(LINES);
        assertThat(json("get", "line-7").get(0).get("value").asText()).isEqualTo("value\t7");

        Run again = run("put", "--lines", file.toString(), "--if-absent", "--json");
        assertThat(again.code()).isEqualTo(1);
        assertThat(JSON.readTree(again.out()).get("conditions_failed").asInt()).isEqualTo(LINES);

        Path broken = Files.writeString(dir.resolve("broken"), "a\t1\nno tab\n");
        Run refused = run("put", "--lines", broken.toString());
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("line 2: must be a key, a tab and a value");
    }

    @Test
    void appendedPutsAreThereForStrongReads() throws IOException {
        JsonNode appended = json("put", "appended", "soon", "--no-wait");
        assertThat(appended.get("append_time").asLong()).isPositive();

        assertThat(json("get", "appended", "--read", "strong").get(0).get("value").asText())
                .isEqualTo("soon");
    }

    @Test
    void watchesTellWhatKeysBecome() throws Exception {
        run("put", "watched-a", "1");
        run("delete", "watched-a");
        run("put", "watched-b", "2");

        Run all = run("watch", "--prefix", "watched-", "--from-start", "--count", "3", "--json");
        assertThat(all.code()).isZero();
        List<String> seen = new ArrayList<>();
        for (String line : all.out().lines().toList()) {
            JsonNode change = JSON.readTree(line);
            seen.add(change.get("key").asText() + change.get("deleted").asBoolean());
        }
        // Keys lie in partitions, which are read in any order.
        assertThat(seen)
                .containsExactlyInAnyOrder("watched-afalse", "watched-atrue", "watched-bfalse")
                .containsSubsequence("watched-afalse", "watched-atrue");

        CompletableFuture<Run> next =
                CompletableFuture.supplyAsync(
                        () -> run("watch", "--prefix", "next-", "--count", "1"));
        while (!next.isDone()) { // it follows from when it is connected, which nobody sees
            run("put", "next-key", "new");
        }
        assertThat(next.get().out()).contains("next-key", "new");
    }

    @Test
    void unreachableStateIsNoMissingKey() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        Run run = run("get", "any", "--state", "127.0.0.1:" + port);

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("nearstream: ").contains("127.0.0.1:" + port);
    }

    @Test
    void aRunningServerIsMeasured() throws IOException {
        Path out = dir.resolve("report.json");

        Run run =
                run(
                        "bench",
                        "--workload",
                        "a",
                        "--records",
                        "200",
                        "--ops",
                        "400",
                        "--in-flight",
                        "4",
                        "--warm-up-loads",
                        "0",
                        "--warm-up-ops",
                        "0",
                        "--samples",
                        "3",
                        "--yardsticks",
                        "rocksdb",
                        "--json",
                        out.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("workload A", "put to visible live", "rocksdb", "subtask");
        JsonNode report = JSON.readTree(Files.readString(out));
        assertThat(report.get("errors").asInt()).isZero();
        assertThat(report.get("latency_ms").get("update").get("p99").asDouble()).isPositive();
        assertThat(report.get("yardsticks").has("rocksdb_in_process")).isTrue();
    }

    @Test
    void limitsAreUsageErrors() throws IOException {
        Run run = run("put", "k".repeat(1_025), "v");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("1024");

        Path large = Files.write(dir.resolve("large"), new byte[(1 << 20) + 1]);
        Run tooLarge = run("put", "k", "--file", large.toString());
        assertThat(tooLarge.code()).isEqualTo(2);
        assertThat(tooLarge.err()).contains("1048576");
    }

    private static Run run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("kv"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap", server.bootstrap()));
        boolean live = List.of("get", "bench").contains(arguments[0]) && !all.contains("--state");
        if (live) {
            all.addAll(List.of("--state", String.join(",", server.stateAddresses())));
        }
        return Run.of(all.toArray(String[]::new));
    }

    private static JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        Run run = run(all.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return JSON.readTree(run.out());
    }
}
