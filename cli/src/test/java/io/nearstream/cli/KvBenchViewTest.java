package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.SearchReport.Machine;
import io.nearstream.bench.keyvalue.KvLoad;
import io.nearstream.bench.keyvalue.KvLoading;
import io.nearstream.bench.keyvalue.KvPlan;
import io.nearstream.bench.keyvalue.KvReport;
import io.nearstream.bench.keyvalue.KvRun;
import io.nearstream.bench.keyvalue.KvTarget;
import io.nearstream.bench.keyvalue.Latency;
import io.nearstream.bench.keyvalue.Operation;
import io.nearstream.bench.keyvalue.ReadWay;
import io.nearstream.bench.keyvalue.SubtaskLoad;
import io.nearstream.bench.keyvalue.Workload;
import io.nearstream.bench.keyvalue.Yardstick;
import io.nearstream.bench.keyvalue.YardstickFigures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KvBenchViewTest {
    private static final Latency SOME = new Latency(0.25, 2, 3.5, 44, 100);

    @Test
    void everyFigureStandsInTheTables() {
        String shown = shown(0);

        assertThat(shown)
                .containsPattern("load to visible +50,000 /s")
                .containsPattern("workload C +2,000 /s +1,000 operations, zipfian, cached reads")
                .containsPattern("read +250.0 us +p90 2.00 ms, p99 3.50 ms, longest 44.00 ms")
                .containsPattern("cache hits +98.00 % +1,000 puts/s beside")
                .contains("strong get, one by one", "put to visible live", "put to cached get")
                .containsPattern("rocksdb +9,000")
                .containsPattern("redis +9,000")
                .containsPattern("1 +600 +60.0 % +with the hottest key, user7: 12.00 %")
                .doesNotContain("WRONG");
    }

    @Test
    void whatMustNotBeIsSaidAloud() {
        assertThat(shown(2)).contains("WRONG: a read was old").containsPattern("errors +2 ");
    }

    private static String shown(long wrong) {
        StringWriter text = new StringWriter();
        new KvBenchView(report(wrong)).print(new PrintWriter(text, true));
        return text.toString();
    }

    private static KvReport report(long wrong) {
        KvLoad load = KvLoad.of(Workload.C);
        Optional<String> problem = wrong > 0 ? Optional.of("a read was old") : Optional.empty();
        YardstickFigures yardstick =
                new YardstickFigures(
                        9_000,
                        Map.of("all", SOME),
                        Map.of("load_per_s", 1.0, "records_per_s", 2.0),
                        Map.of(),
                        0,
                        0);
        return new KvReport(
                new KvPlan(
                        load.reading(ReadWay.CACHED, load.distribution()),
                        KvTarget.embedded(2, 1, Map.of()),
                        0,
                        0,
                        10,
                        1_000,
                        Set.of(),
                        Optional.empty()),
                new KvLoading(100_000, 1, 2),
                new KvReport.Singles(SOME, SOME, SOME, SOME, 0, Optional.empty()),
                new KvRun(1_000, 0.5, SOME, Map.of(Operation.READ, SOME), wrong, 0, 0, problem),
                Optional.of(new KvReport.CacheFigures(0.98, OptionalDouble.of(1_000), 0)),
                new SubtaskLoad(128, List.of(400L, 600L), "user7", 120, 1),
                Map.of(
                        Yardstick.ROCKSDB,
                        yardstick,
                        Yardstick.PASS_THROUGH,
                        yardstick,
                        Yardstick.REDIS,
                        yardstick),
                new KvReport.Footprint(1 << 20, 1 << 30, 0),
                new Machine(2, 0.1));
    }
}
