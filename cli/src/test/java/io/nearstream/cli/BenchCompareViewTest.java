package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.SearchReport;
import io.nearstream.bench.compare.CompareReport;
import io.nearstream.bench.compare.Systems;
import io.nearstream.bench.peer.SweepPoint;
import io.nearstream.bench.peer.SystemRun;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchCompareViewTest {
    @Test
    void showsMediansSpreadsAndWhyARatioIsMissing() {
        CompareReport report =
                new CompareReport(
                        "words",
                        10,
                        2,
                        Map.of(Systems.CORE, List.of(run(1_000), run(3_000))),
                        Map.of(Systems.LUCENE, "no JDK"),
                        new SearchReport.Machine(2, 0.5),
                        60);
        StringWriter text = new StringWriter();

        new BenchCompareView(report).print(new PrintWriter(text, true));

        assertThat(text.toString())
                .containsPattern("nearstream-core +2,000 +1,000-3,000 +12 +34 +75")
                .containsPattern("nearstream-core +4 +1.0000 +50")
                .containsPattern("core_ingest_vs_lucene +- +-")
                .contains("lucene-hnsw is absent: no JDK")
                .contains("no ratio, since lucene-hnsw is absent: no JDK")
                .contains("nearstream-core: ours, Java 17");
    }

    private static SystemRun run(double perSecond) {
        return new SystemRun(
                Systems.CORE,
                "ours",
                "17",
                perSecond,
                12,
                34,
                List.of(new SweepPoint(2, 0.9, 100, 1, 2, 3), new SweepPoint(4, 1, 50, 2, 4, 6)),
                Map.of());
    }
}
