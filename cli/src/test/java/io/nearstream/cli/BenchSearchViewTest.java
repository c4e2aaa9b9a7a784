package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.AnswerCounts;
import io.nearstream.bench.BenchFiles;
import io.nearstream.bench.Freshness;
import io.nearstream.bench.Loading;
import io.nearstream.bench.Percentiles;
import io.nearstream.bench.ProbeLoad;
import io.nearstream.bench.Recall;
import io.nearstream.bench.RoutingComparison;
import io.nearstream.bench.SearchPlan;
import io.nearstream.bench.SearchReport;
import io.nearstream.bench.Throughput;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchSearchViewTest {
    private static final Percentiles SOME = new Percentiles(1.5, 2.5, 9.25, 100);

    @Test
    void everyFigureStandsInTheTable() {
        String shown = shown(report(0, 0));

        assertThat(shown)
                .contains("recall@10", "0.9612")
                .contains("scored of all vectors", "2.00 %")
                .containsPattern("ingest to searchable +500 /s")
                .containsPattern("messages, 8 subtasks +4.50 +broadcast 8.00")
                .containsPattern("queries answered +1,234 /s +16 in flight, batch 1")
                .containsPattern("one probe at a time +1.5 ms")
                .doesNotContain("WRONG", "refused");
    }

    @Test
    void whatMustNotBeIsSaidAloud() {
        assertThat(shown(report(3, 0))).contains("refused 3").doesNotContain("WRONG");
        assertThat(shown(report(0, 2))).contains("WRONG").contains("ids_repeated=2");
    }

    private static String shown(SearchReport report) {
        StringWriter text = new StringWriter();
        new BenchSearchView(report).print(new PrintWriter(text, true));
        return text.toString();
    }

    private static SearchReport report(long refused, long repeated) {
        CollectionSettings collection =
                CollectionSettings.learned("bench", 1, 16, Metric.L2, Encoding.UINT8);
        Path file = Path.of("file.bvecs");
        AnswerCounts counts = new AnswerCounts(100, 100, 0, refused, 0, 700, 100, 2_000);
        return new SearchReport(
                SearchPlan.of(new BenchFiles(file, file, file), collection),
                100,
                new Loading(1_000, 1, 1.5, 2, 1, 10_000),
                new Recall(0.9612, repeated, 0),
                new AnswerCounts(100, 100, 0, 0, 0, 700, 100, 2_000),
                new Throughput(ProbeLoad.ONE_BY_ONE, 300, SOME, 80, counts, Optional.empty()),
                new Freshness(SOME, SOME, 0, 0, 0),
                new Throughput(ProbeLoad.DEFAULT, 1_234, SOME, 80, counts, Optional.empty()),
                List.of(),
                Optional.of(new RoutingComparison(8, 4.5, 8, 0, 0)),
                new SearchReport.Footprint(1.3, 1 << 20, Map.of(), 1 << 30, 0, 0),
                new SearchReport.Machine(2, 0.1));
    }
}
