package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.Percentiles;
import io.nearstream.bench.stream.StreamReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BenchStreamViewTest {
    private static final StreamReport.Cost COST =
            new StreamReport.Cost(1, 8.25, 50, new Percentiles(1, 2, 3, 4));

    private static StreamReport.Run run(
            String what, double recall, Optional<StreamReport.Cost> cost) {
        return new StreamReport.Run(
                what,
                "25",
                List.of(new StreamReport.Search(7, 5_000, recall, 2, 4, 0.5, cost)),
                6_000,
                4,
                new StreamReport.Fresh(
                        9, recall, 0.99, cost.map(c -> 0.0123), cost.map(c -> 0.0245)),
                OptionalInt.empty());
    }

    private static String shown(StreamReport report) {
        StringWriter text = new StringWriter();
        new BenchStreamView(report).print(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void everySystemHasAColumnAndARow() {
        Map<String, StreamReport.Run> runs = new LinkedHashMap<>();
        runs.put("nearstream", run("ours", 0.97, Optional.of(COST)));
        runs.put("lucene-hnsw", run("a graph", 0.96, Optional.empty()));
        String text = shown(new StreamReport("book", 10, 500, runs, Map.of("jvector", "no JDK")));

        assertThat(text)
                .contains("book: recall@10 of 500 queries")
                .containsPattern("7 +5,000 +0\\.9700 +0\\.9600 +8\\.3 +1\\.00 %")
                .containsPattern(
                        "nearstream +0\\.9700 +0\\.9700 +0\\.9700 +0\\.9900 +9 +1\\.23 % +2\\.45 % +1,500 +4\\.0 +0\\.5 +2 +1")
                .contains("lucene-hnsw: a graph, Java 25", "jvector is absent: no JDK");
    }

    @Test
    void withoutAnySystemOnlyTheReasonsAreShown() {
        assertThat(shown(new StreamReport("book", 10, 5, Map.of(), Map.of("jvector", "no JDK"))))
                .contains("jvector is absent: no JDK");
    }
}
