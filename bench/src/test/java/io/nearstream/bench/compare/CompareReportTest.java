package io.nearstream.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.SearchReport;
import io.nearstream.bench.peer.SweepPoint;
import io.nearstream.bench.peer.SystemRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompareReportTest {
    private static SystemRun run(String system, double build, double qps) {
        return new SystemRun(
                system,
                "<" + system + ">",
                "17",
                build,
                10,
                800,
                List.of(
                        new SweepPoint(1, 0.90, 2 * qps, 1, 2, 3),
                        new SweepPoint(2, 1.00, 0, 3, 4, 5)),
                system.equals(Systems.NEARSTREAM) ? Map.of(Systems.FLOOR_P50, 1.0) : Map.of());
    }

    private static CompareReport report() {
        Map<String, List<SystemRun>> runs = new LinkedHashMap<>();
        runs.put(
                Systems.NEARSTREAM,
                List.of(run(Systems.NEARSTREAM, 100, 10), run(Systems.NEARSTREAM, 300, 30)));
        runs.put(Systems.LUCENE, List.of(run(Systems.LUCENE, 10, 20), run(Systems.LUCENE, 10, 20)));
        return new CompareReport(
                "words",
                10,
                2,
                runs,
                Map.of(Systems.LUCENE_KAFKA, "no JDK"),
                new SearchReport.Machine(2, 0.5),
                60);
    }

    @Test
    void ratiosAreTakenWithinARoundAndThenOverTheRounds() {
        Map<String, Figure> ratios = report().ratios();

        assertThat(ratios.get("ingest_vs_lucene").value()).hasValue(new Spread(20, 10, 30));
        assertThat(ratios.get("p50_vs_floor").value())
                .hasValueSatisfying(spread -> assertThat(spread.median()).isBetween(1.99, 2.01));
    }

    @Test
    void aRatioWithoutItsYardstickIsNullWithTheReason() {
        assertThat(report().ratios().get("qps_vs_lucene_over_kafka").reason())
                .hasValue("lucene-kafka is absent: no JDK");
        assertThat(report().ratios().get("core_qps_vs_lucene").reason())
                .hasValue("nearstream-core is absent: it was not asked for");
        assertThat(section("ratios"))
                .containsOnlyKeys(
                        "ingest_vs_lucene",
                        "core_ingest_vs_lucene",
                        "core_qps_vs_lucene",
                        "qps_vs_lucene_over_kafka",
                        "p50_vs_floor")
                .containsEntry("ingest_vs_lucene", 20.0)
                .containsEntry("qps_vs_lucene_over_kafka", null);
    }

    @Test
    void everySystemIsAnObject() {
        assertThat(section("systems"))
                .containsOnlyKeys(Systems.NEARSTREAM, Systems.LUCENE, Systems.LUCENE_KAFKA)
                .allSatisfy((name, system) -> assertThat(system).isInstanceOf(Map.class))
                .containsEntry(Systems.LUCENE_KAFKA, Map.of("absent", "no JDK"));
    }

    @Test
    void thePlotNeedsNothingElseAndEscapesText() {
        String page = ComparePlot.html(report());

        assertThat(page)
                .contains("<svg", "polyline", "lucene-kafka is absent: no JDK", "ingest_vs_lucene")
                .doesNotContain("http", "<script", "NaN");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> section(String name) {
        return (Map<String, Object>) report().document().get(name);
    }
}
