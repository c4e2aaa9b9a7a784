package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Export and import as commands, against a whole server. */
@Timeout(300)
class ExportCommandsITCase {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir static Path dir;
    private static EmbeddedNearstream server;
    private static String ofQuery;
    private static String ofIngest;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedNearstream.start(EmbeddedOptions.in(dir.resolve("server")));
        Path base = TestFiles.bvecs(dir.resolve("base.bvecs"), 300, 16, 1);
        done("load", base.toString(), "--collection", "a", "--create", "--metric", "l2", "--wait");
        for (int i = 0; i < 5; i++) {
            done("kv", "put", "key-" + i, "value " + i);
        }
        ofQuery = server.flink().savepoint(server.queryJobId(), false);
        ofIngest = server.flink().savepoint(server.ingestJobId(), false);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Run run(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--bootstrap";
        all[arguments.length + 1] = server.bootstrap();
        return Run.of(all);
    }

    private static Run done(String... arguments) {
        Run run = run(arguments);
        assertThat(run.code()).as(run.toString()).isZero();
        return run;
    }

    private static JsonNode json(String... arguments) throws IOException {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return JSON.readTree(done(all).out());
    }

    @Test
    void aCollectionGoesOutAndInUnderAnotherName() throws IOException {
        String out = dir.resolve("out").toString();
        JsonNode exported =
                json("export", "--savepoint", ofQuery, "--collection", "a", "--out", out);
        assertThat(exported.get("records").asInt()).isEqualTo(300);
        Path file = Path.of(exported.get("file").asText());
        assertThat(file).hasFileName("a.records.avro");

        Run again = run("export", "--savepoint", ofQuery, "--collection", "a", "--out", out);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("a.records.avro exists").contains("--overwrite");
        assertThat(
                        done(
                                        "export",
                                        "--savepoint",
                                        ofQuery,
                                        "--collection",
                                        "a",
                                        "--out",
                                        out,
                                        "--overwrite")
                                .out())
                .startsWith("300 records in " + file);

        JsonNode imported =
                json("import", "--in", file.toString(), "--collection", "b", "--create");
        assertThat(imported.get("written").asInt()).isEqualTo(300);
        assertThat(done("import", "--in", file.toString(), "--collection", "b").out())
                .isEqualTo(
                        "300 records: 0 written, 300 were there already, 0 have expired%n"
                                .formatted());
        assertThat(json("get", "7", "--collection", "b").get("vector"))
                .isEqualTo(json("get", "7", "--collection", "a").get("vector"));

        done("delete", "7", "--collection", "b");
        assertThat(json("import", "--in", file.toString(), "--collection", "b").get("written"))
                .hasToString("1");
    }

    @Test
    void keysGoOutAndInAndOtherValuesAreKeptUnlessReplaced() throws IOException {
        String out = dir.resolve("keys.avro").toString();
        JsonNode exported = json("export", "--savepoint", ofIngest, "--key-values", "--out", out);
        assertThat(exported.get("records").asInt()).isEqualTo(5);
        done("kv", "delete", "key-1");
        done("kv", "put", "key-2", "another");
        Run kept = run("import", "--in", out, "--key-values");
        assertThat(kept.code()).isEqualTo(1);
        assertThat(kept.out()).contains("5 keys: 1 written, 3 were there already");
        assertThat(kept.err()).contains("1 are there with other content and were kept");
        assertThat(json("import", "--in", out, "--key-values", "--replace").get("written"))
                .hasToString("1");
        assertThat(done("kv", "get", "key-2", "--read", "strong").out()).contains("value 2");
        assertThat(done("kv", "get", "key-1", "--read", "strong").out()).contains("value 1");
    }

    @Test
    void wrongPlacesAndNamesAreToldWithTheRightOnes() throws IOException {
        String out = dir.resolve("wrong").toString();
        Run none = run("export", "--savepoint", ofQuery, "--collection", "zzz", "--out", out);
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("There is no collection 'zzz'; existing are").contains("a");
        Run nowhere = run("export", "--savepoint", out + "/no", "--key-values", "--out", out);
        assertThat(nowhere.code()).isEqualTo(1);
        assertThat(nowhere.err()).contains("There is no savepoint " + out + "/no");
        assertThat(run("export", "--savepoint", ofQuery, "--out", out).code()).isEqualTo(2);
        Run both =
                run(
                        "export",
                        "--savepoint",
                        ofQuery,
                        "--collection",
                        "a",
                        "--key-values",
                        "--out",
                        out);
        assertThat(both.code()).isEqualTo(2);
        Run missing = run("import", "--in", out, "--key-values");
        assertThat(missing.err()).contains("There is no file " + out + "/key-values.avro");
        Path text = Files.writeString(dir.resolve("text.avro"), "nothing of ours");
        Run broken = run("import", "--in", text.toString(), "--key-values");
        assertThat(broken.code()).isEqualTo(1);
        assertThat(broken.err()).contains(text + " is no file that 'export' wrote");
        Run created = run("import", "--in", text.toString(), "--collection", "no", "--create");
        assertThat(created.code()).isEqualTo(1);
        assertThat(created.err()).contains(text + " is no file that 'export' wrote");
        assertThat(run("collection", "describe", "no").err()).contains("no collection 'no'");
        assertThat(run("import", "--in", out, "--key-values", "--create").code()).isEqualTo(2);
    }
}
