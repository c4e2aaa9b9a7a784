package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands, and the demo, against a whole server. */
@Timeout(300)
class CommandsITCase {
    private static final ObjectMapper JSON = new ObjectMapper();

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
    void loadedVectorsAreFoundFetchedAndDeleted() throws IOException {
        Path base = TestFiles.bvecs(dir.resolve("base.bvecs"), 300, 16, 1);
        JsonNode loaded =
                json(
                        "load",
                        base.toString(),
                        "--collection",
                        "bytes",
                        "--create",
                        "--metric",
                        "l2",
                        "--ids",
                        "row-",
                        "--label",
                        "red",
                        "--wait");
        assertThat(loaded.get("vectors").asInt()).isEqualTo(300);
        assertThat(loaded.get("searchable_per_s").asInt()).isPositive();

        JsonNode found =
                json(
                        "search",
                        "--collection",
                        "bytes",
                        "--query",
                        base.toString(),
                        "--row",
                        "7",
                        "--k",
                        "3",
                        "--exhaustive",
                        "--all",
                        "red");
        assertThat(found.get("status").asText()).isEqualTo("complete");
        assertThat(found.get("hits")).hasSize(3);
        assertThat(found.get("hits").get(0).get("id").asText()).isEqualTo("row-7");
        assertThat(found.get("hits").get(0).get("distance").asDouble()).isZero();

        JsonNode record = json("get", "row-7", "--collection", "bytes");
        assertThat(record.get("vector")).hasSize(16);
        assertThat(record.get("labels").get(0).asText()).isEqualTo("red");

        String appendTime =
                json("delete", "row-7", "--collection", "bytes").get("append_time").asText();
        JsonNode after =
                json(
                        "search",
                        "--collection",
                        "bytes",
                        "--query",
                        base.toString(),
                        "--row",
                        "7",
                        "--at-least",
                        appendTime,
                        "--exhaustive");
        assertThat(after.get("hits")).noneMatch(hit -> hit.get("id").asText().equals("row-7"));

        Run gone = run("get", "row-7", "--collection", "bytes", "--at-least", appendTime);
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.err())
                .isEqualTo("nearstream: There is no record 'row-7' in collection 'bytes'.\n");
    }

    @Test
    void collectionsAreCreatedDescribedListedAndDropped() throws IOException {
        JsonNode created =
                json(
                        "collection",
                        "create",
                        "signs",
                        "--dimensions",
                        "8",
                        "--metric",
                        "cosine",
                        "--buckets",
                        "sign-projection");
        assertThat(created.get("hash_bits").asInt()).isEqualTo(11);
        JsonNode slots =
                json(
                        "collection",
                        "create",
                        "slots",
                        "--dimensions",
                        "8",
                        "--metric",
                        "l2",
                        "--buckets",
                        "p-stable",
                        "--width",
                        "2.5");
        assertThat(slots.get("hashes").asInt()).isEqualTo(8);
        assertThat(json("collection", "describe", "slots").get("width").asDouble()).isEqualTo(2.5);
        assertThat(json("collection", "list").findValuesAsText("name")).contains("signs");
        assertThat(json("collection", "describe", "signs").get("generation").get("number").asInt())
                .isZero();
        assertThat(run("collection", "drop", "signs").code()).isZero();

        Run gone = run("collection", "describe", "signs");
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.err()).startsWith("nearstream: There is no collection 'signs'");
    }

    @Test
    void refusedProbesAreOneLine() throws IOException {
        json("collection", "create", "small", "--dimensions", "2", "--metric", "l2");

        Run refused = run("search", "--collection", "small", "--vector", "1,2", "--k", "0");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("nearstream: The probe was refused (BAD_K)")
                .hasLineCount(1);
    }

    @Test
    void topicsOfARunningServerAreAllThere() throws IOException {
        assertThat(json("topics", "list").findValuesAsText("exists")).doesNotContain("false");
        assertThat(run("topics", "create").out()).contains("0 topics created");
    }

    @Test
    void demoAnswersItsOwnQuestionsAndTyped() throws IOException {
        StringWriter text = new StringWriter();
        try (NearstreamClient client = NearstreamClient.connect(server.bootstrap())) {
            Demo demo = new Demo(client, DemoNames.read(1_500), new PrintWriter(text));
            Demo.Report report = demo.run();
            demo.converse(
                    new BufferedReader(new StringReader("java.util.List\n\njava.lang.String\n")));

            assertThat(report.vectors()).isEqualTo(1_300);
            assertThat(report.quality().recall())
                    .as("before training every probe is exact")
                    .isEqualTo(1);
            assertThat(report.latencyMicros().getTotalCount()).isPositive();
        }
        assertThat(text.toString())
                .contains(
                        "QUERY",
                        "java.util.HashMap",
                        "recall@10",
                        "latency p99",
                        "java.lang.String");
    }

    private static Run run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--bootstrap");
        all.add(server.bootstrap());
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
