package io.nearstream.cli;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * The demo against a running server: loads, asks, measures, then answers what is typed. Waits for
 * states, never for time.
 */
final class Demo {
    /** What one run measured. */
    record Report(
            long vectors,
            double searchablePerSecond,
            double firstAnswerSeconds,
            DemoFigures.Quality quality,
            Histogram latencyMicros) {}

    static final int K = 10;
    private static final int SAMPLE = 200;
    private static final int LATENCY_PROBES = 500;
    private static final Duration SETTLE_PATIENCE = Duration.ofMinutes(5);

    private final NearstreamClient client;
    private final DemoData data;
    private final PrintWriter out;
    private final DemoFigures figures;

    Demo(NearstreamClient client, DemoData data, PrintWriter out) {
        this.client = client;
        this.data = data;
        this.out = out;
        this.figures = new DemoFigures(data, client.prober(), K);
    }

    /** Loads, shows and measures. */
    Report run() throws IOException {
        CollectionSettings collection = client.collections().create(data.settings());
        out.printf("Loading %s%n", data.title());
        out.flush();
        Loader loader = new Loader(client, collection, List.of(), Optional.empty());
        Loader.Loaded loaded = loader.load(data);
        double seconds = loader.awaitVisible(loaded);
        double perSecond = loaded.vectors() / seconds;
        out.printf(
                "%,d vectors searchable after %.1f s: %,.0f/s from the first send%n%n",
                loaded.vectors(), seconds, perSecond);
        double firstAnswer = showcase();
        settle(collection, loaded.vectors());
        List<DemoQuery> sample = data.sample(SAMPLE);
        DemoFigures.Quality quality = figures.quality(sample);
        Histogram latency = figures.latency(sample, LATENCY_PROBES);
        print(quality, latency, loaded.vectors());
        return new Report(loaded.vectors(), perSecond, firstAnswer, quality, latency);
    }

    private double showcase() throws IOException {
        Table table = new Table("QUERY", ">RANK", "NAME", ">DISTANCE");
        double firstAnswer = 0;
        for (DemoQuery query : data.showcase()) {
            ProbeResult result = figures.ask(query);
            if (firstAnswer == 0) {
                firstAnswer = secondsSinceStart();
            }
            rows(table, query, result);
        }
        table.print(out);
        out.printf(
                "The first answer came %.1f s after the start of this program.%n%n", firstAnswer);
        out.flush();
        return firstAnswer;
    }

    private static double secondsSinceStart() {
        long start = ManagementFactory.getRuntimeMXBean().getStartTime();
        return (System.currentTimeMillis() - start) / 1e3;
    }

    private static void rows(Table table, DemoQuery query, ProbeResult result) {
        int rank = 0;
        for (Hit hit : DemoFigures.hits(result)) {
            rank++;
            table.row(
                    rank == 1 ? query.name() : "",
                    rank,
                    hit.getId(),
                    SearchView.distance(hit.getDistance()));
        }
    }

    /** Figures mean something once the codebook is learned and every vector is in its cell. */
    private void settle(CollectionSettings collection, long vectors) {
        if (vectors < collection.trainAfter()) {
            return;
        }
        CollectionInfo info =
                client.collections().awaitSettled(collection.name(), 1, SETTLE_PATIENCE);
        out.printf(
                "Learned cells from the stream (generation %d) and moved the vectors there.%n",
                info.newest().number());
        out.flush();
    }

    private void print(DemoFigures.Quality quality, Histogram latency, long vectors) {
        new Table("FIGURE", ">VALUE", "OF")
                .row(
                        "recall@" + K,
                        "%.3f".formatted(quality.recall()),
                        "%d queries, against %s".formatted(quality.queries(), data.truth()))
                .row(
                        "vectors scored",
                        "%.2f %%".formatted(100 * quality.scored() / vectors),
                        "per query, of %,d".formatted(vectors))
                .row("buckets", "%.1f".formatted(quality.buckets()), "per query")
                .row(
                        "messages",
                        "%.1f".formatted(quality.messages()),
                        "per query, to bucket subtasks")
                .row(
                        "latency p50",
                        millis(latency, 50),
                        "%d probes, one at a time".formatted(LATENCY_PROBES))
                .row("latency p90", millis(latency, 90), "")
                .row("latency p99", millis(latency, 99), "")
                .print(out);
    }

    private static String millis(Histogram latency, double percentile) {
        return "%.1f ms".formatted(latency.getValueAtPercentile(percentile) / 1e3);
    }

    /** Answers what is typed, line by line, until the input ends. */
    void converse(BufferedReader in) throws IOException {
        out.printf("%n%s; Ctrl-D or Ctrl-C ends.%n", data.prompt());
        while (true) {
            out.print("> ");
            out.flush();
            String line = in.readLine();
            if (line == null) {
                out.println();
                return;
            }
            if (line.isBlank()) {
                continue;
            }
            try {
                answer(line.strip());
            } catch (NearstreamException | IllegalArgumentException | IOException failure) {
                out.println(Failures.message(failure));
            }
        }
    }

    private void answer(String line) throws IOException {
        DemoQuery query = data.typed(line);
        long start = System.nanoTime();
        ProbeResult result = figures.ask(query);
        double millis = (System.nanoTime() - start) / 1e6;
        Table table = new Table("QUERY", ">RANK", "NAME", ">DISTANCE");
        rows(table, query, result);
        table.print(out);
        out.printf(
                "%.1f ms, %d of %,d buckets, %,d vectors scored%n",
                millis,
                result.getBucketsVisited(),
                result.getBucketsPlanned(),
                result.getVectorsScored());
    }
}
