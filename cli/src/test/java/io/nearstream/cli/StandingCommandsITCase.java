package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.standing.QueryName;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Standing queries are kept, registered, shown and dropped on a server that runs. */
@Timeout(240)
class StandingCommandsITCase {
    @TempDir private Path dir;

    private EmbeddedNearstream nearstream;

    @Test
    void aQueryStandsAndWhatChangesInItsAnswerIsShown() throws Exception {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(1, 3, 1);
        try (EmbeddedNearstream started = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(started.bootstrap())) {
            nearstream = started;
            CollectionSettings points =
                    client.collections()
                            .create(
                                    CollectionSettings.learned(
                                            "points", 0, 2, Metric.L2, Encoding.UINT8));
            put(client, points, "far", 10, 90);
            whatCannotBeKeptIsRefused(client);

            Run running = start("--set", "nearstream.standing.cells=one");
            assertThat(running.err()).isEmpty();
            assertThat(running.out()).contains("running  job standing, parallelism 1");

            Run registered = register("near", "--k", "2");
            assertThat(registered.err()).isEmpty();
            assertThat(registered.out().lines())
                    .anyMatch(line -> line.strip().equals("0  far  80.000000"))
                    .anyMatch(line -> line.startsWith("me/near stands in collection points until"));
            assertThat(client.standingQueries().find(new QueryName("me", "near")))
                    .as("on the partition that is its own")
                    .isPresent();
            Run bad = register("bad", "--radius", "-1");
            assertThat(bad.code()).isOne();
            assertThat(bad.err()).contains("'me/bad' was refused (BAD_RADIUS): radius must be");

            put(client, points, "first", 13, 14);
            client.writer().delete("points", "far").get();
            Run watched = standing("watch", "near", "--from-start", "--count", "3");
            assertThat(watched.err()).isEmpty();
            assertThat(watched.out().lines())
                    .containsExactly(
                            "near  =  1 hits",
                            "near  =  0  far  80.000000",
                            "near  +  0  first  5.000000",
                            "near  -  far");
            Run now = standing("watch", "near", "--uncommitted", "--count", "1", "--json");
            assertThat(now.out()).contains("\"kind\":\"snapshot\"", "\"status\":\"current\"");
            assertThat(now.out()).contains("\"id\":\"first\"").doesNotContain("far");

            whatIsCutIsSaid(client, points);
            listsAndDrops();
            assertThat(start().err())
                    .contains("job standing is there already", "needs another '--name'");
            anotherJobOfTheCollectionIsRefused(client);
        }
    }

    /** Of two everything would be told twice. */
    private void anotherJobOfTheCollectionIsRefused(NearstreamClient client) {
        Run second = start("--name", "b", "--set", "nearstream.standing.cells=one");
        assertThat(second.code()).isOne();
        assertThat(second.err())
                .contains("job standing has 'nearstream.standing.collection' points already")
                .contains("cancel it first")
                .hasLineCount(1);
        assertThat(client.standingQueries().isKept("points", Duration.ofSeconds(30))).isTrue();
    }

    /** As one that an earlier build submitted, or another JobManager of the same Kafka runs. */
    @Test
    void aJobThatDoesNotSayWhatItKeepsIsFoundByItsAnswerAndGoesOnElsewhere() throws Exception {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(1, 4, 1);
        try (EmbeddedNearstream started = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(started.bootstrap())) {
            nearstream = started;
            client.collections()
                    .create(CollectionSettings.learned("points", 0, 2, Metric.L2, Encoding.UINT8));
            Configuration silent = started.flink().configuration();
            silent.set(NearstreamOptions.BOOTSTRAP, started.bootstrap());
            silent.set(StandingOptions.COLLECTION, "points");
            silent.set(StandingOptions.CELLS, StandingOptions.Cells.ONE);
            silent.set(NearstreamOptions.PARALLELISM, 2);
            JobID job = started.flink().submit(NamedJob.STANDING.graph(silent));
            started.flink().awaitRunning(job, Duration.ofMinutes(1));

            Run second = start("--name", "b", "--set", "nearstream.standing.cells=one");
            assertThat(second.code()).isOne();
            assertThat(second.err())
                    .contains("a job keeps standing queries of collection 'points' already")
                    .hasLineCount(1);

            itGoesOnAtAnotherParallelism(started.flink().savepoint(job, true));
        }
    }

    /** Its state has two shards, which nobody has to say. */
    private void itGoesOnAtAnotherParallelism(String savepoint) {
        String[] from = {
            "--name", "b", "--set", "nearstream.standing.cells=one", "--from", savepoint
        };
        assertThat(start(and(from, "--parallelism", "3")).err())
                .contains("'nearstream.parallelism' must be 1 to 2", "but was 3")
                .hasLineCount(1);
        Run one = start(and(from, "--parallelism", "1"));
        assertThat(one.err()).isEmpty();
        assertThat(one.out()).contains("running  job b, parallelism 1");
    }

    private static String[] and(String[] arguments, String... more) {
        return Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new);
    }

    private void whatCannotBeKeptIsRefused(NearstreamClient client) {
        Run unlearned = start();
        assertThat(unlearned.code()).isOne();
        assertThat(unlearned.err()).contains("has no learned cells");
        assertThat(client.standingQueries().isKept("points", Duration.ofMillis(500))).isFalse();
        Run nobody = register("near", "--wait", "1");
        assertThat(nobody.code()).isOne();
        assertThat(nobody.err())
                .contains("No job keeps standing queries of collection 'points'", "standing start")
                .hasLineCount(1);
        Run nothing = standing("register", "near", "--collection", "none", "--vector", "1,1");
        assertThat(nothing.code()).isOne();
        assertThat(nothing.err()).contains("There is no collection 'none'").hasLineCount(1);
        assertThat(standing("list").out().lines()).as("nothing was registered").hasSize(1);
    }

    private void whatIsCutIsSaid(NearstreamClient client, CollectionSettings points)
            throws Exception {
        put(client, points, "second", 13, 15);
        Run cut = register("some", "--radius", "50", "--max-hits", "1");
        assertThat(cut.err()).isEmpty();
        assertThat(cut.out().lines())
                .anyMatch(line -> line.strip().equals("0  first  5.000000"))
                .contains("more are within the radius: these are the nearest 1");
        put(client, points, "nearest", 10, 11);
        client.writer().delete("points", "second").get();
        client.writer().delete("points", "first").get();
        Run watched = standing("watch", "some", "--from-start", "--count", "3");
        assertThat(watched.err()).isEmpty();
        assertThat(watched.out().lines())
                .containsExactly(
                        "some  =  1 hits, more are within the radius",
                        "some  =  0  first  5.000000",
                        "some  -  first",
                        "some  +  0  nearest  1.000000",
                        "some  more are within the radius",
                        "some  no more are within the radius");
        Run documents = standing("watch", "some", "--from-start", "--count", "3", "--json");
        assertThat(documents.out().lines())
                .satisfiesExactly(
                        begun ->
                                assertThat(begun)
                                        .contains("\"kind\":\"snapshot\"")
                                        .contains("\"truncated\":true")
                                        .contains("\"answer_truncated\":true"),
                        changed ->
                                assertThat(changed)
                                        .contains("\"removed\":[\"first\"]")
                                        .contains("\"truncated\":true")
                                        .contains("\"answer_truncated\":true"),
                        whole ->
                                assertThat(whole)
                                        .contains("\"removed\":[]")
                                        .contains("\"truncated\":false")
                                        .contains("\"answer_truncated\":false"));
    }

    private void listsAndDrops() {
        assertThat(standing("list").out())
                .containsPattern("near +points +2 nearest +default")
                .containsPattern("some +points +within 50.0, 1 at most")
                .containsPattern("bad +points +within -1.0, 1000 at most");
        Run unknown = standing("drop", "other");
        assertThat(unknown.code()).isOne();
        assertThat(unknown.err())
                .contains("no standing query 'other' of 'me'; registered are bad, near, some");
        Run dropped = standing("drop", "near");
        assertThat(dropped.err()).isEmpty();
        assertThat(dropped.out()).isEqualTo("dropped near" + System.lineSeparator());
        assertThat(standing("list", "--json").out()).doesNotContain("near");
    }

    private static void put(
            NearstreamClient client, CollectionSettings points, String id, int x, int y)
            throws Exception {
        byte[] vector = {(byte) x, (byte) y};
        client.writer().upsert(VectorUpsert.of(points, id, vector)).get();
    }

    private Run start(String... more) {
        List<String> all = new ArrayList<>(List.of("start", "--collection", "points"));
        all.addAll(List.of("--jobmanager", nearstream.webUi().getAuthority()));
        all.addAll(List.of(more));
        return standing(all.toArray(String[]::new));
    }

    private Run register(String name, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of("register", name, "--collection", "points", "--vector", "10,10"));
        all.addAll(List.of(more));
        return standing(all.toArray(String[]::new));
    }

    private Run standing(String... arguments) {
        List<String> all = new ArrayList<>(List.of("standing"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap", nearstream.bootstrap()));
        return Run.of(all.toArray(String[]::new));
    }
}
