package io.nearstream.bench.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerBenchTest {
    /** A ramp from 10 to 20 W in 10 s, 20 W for 10 s, nothing for 20 s, 20 W for 5 s. */
    private static final String METER =
            "1000,10\n1005,15\n1010,20\n1015,20\n1020,20\n1040,20\n1045,20\n";

    @TempDir private Path dir;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }

    private static PowerPlan plan(Path meter, Path work, Path idle) {
        return new PowerPlan(
                meter,
                false,
                Duration.ofSeconds(1),
                Optional.empty(),
                Optional.ofNullable(work),
                Optional.ofNullable(idle),
                MeterFormat.GUESSED,
                Duration.ofSeconds(5));
    }

    private static PowerReport run(PowerPlan plan) throws Exception {
        return PowerBench.run(plan, Clock.systemUTC());
    }

    private static String work(long from, long to, long operations) {
        return "{\"from\": %d, \"to\": %d, \"operations\": %d}%n".formatted(from, to, operations);
    }

    @Test
    void operationsPerJouleAreOfTheIntervalsThatAreCovered() throws Exception {
        Path meter = file("m.csv", METER);
        Path work =
                file(
                        "w.json",
                        work(1000, 1010, 3_000) // 150 J
                                + work(1010, 1018, 1_500) // 160 J
                                + work(1018, 1022, 9_000) // 2 s of it in the gap
                                + work(1050, 1060, 9_000)); // behind the last reading
        Path idle = file("i.csv", "500,6\n505,6\n510,6\n");

        PowerReport report = run(plan(meter, work, idle));

        PowerReport.Work sums = report.work().orElseThrow();
        assertThat(sums.operations()).isEqualTo(4_500);
        assertThat(sums.seconds()).isEqualTo(18, within(1e-9));
        assertThat(sums.joules()).isEqualTo(310, within(1e-9));
        assertThat(sums.operationsPerJoule().getAsDouble()).isEqualTo(4_500 / 310.0, within(1e-9));
        assertThat(sums.netJoules().getAsDouble()).isEqualTo(310 - 6 * 18, within(1e-9));
        assertThat(sums.operationsPerNetJoule().getAsDouble())
                .isEqualTo(4_500 / 202.0, within(1e-9));
        assertThat(report.leftOut()).hasSize(2);
        assertThat(report.leftOut().get(0).energy().gaps().get(0).seconds())
                .isEqualTo(2, within(1e-9));
        assertThat(report.meter().energy().joules()).isEqualTo(150 + 200 + 100, within(1e-9));
        assertThat(report.meter().energy().gaps()).hasSize(1);
        assertThat(report.meter().energy().meanWatts()).isEqualTo(18, within(1e-9));
        assertThat(report.meter().peakWatts()).isEqualTo(20);

        Map<String, Object> document = report.document();
        assertThat(document).containsKeys("meter", "idle_w", "work", "intervals", "left_out");
        @SuppressWarnings("unchecked")
        Map<String, Object> workDocument = (Map<String, Object>) document.get("work");
        assertThat(workDocument)
                .containsEntry("intervals", 2)
                .containsKeys("operations_per_joule", "operations_per_net_joule", "mean_w");
    }

    @Test
    void withoutWorkOnlyThePowerIsReported() throws Exception {
        PowerReport report = run(plan(file("m.csv", METER), null, null));

        assertThat(report.work()).isEmpty();
        assertThat(report.document()).doesNotContainKeys("work", "idle_w");
    }

    @Test
    void noMoreThanIdleGivesNoNetFigure() throws Exception {
        Path meter = file("m.csv", METER);
        PowerReport report =
                run(
                        plan(
                                meter,
                                file("w.json", work(1010, 1015, 5)),
                                file("i.csv", "1,20\n2,20\n")));

        PowerReport.Work sums = report.work().orElseThrow();
        assertThat(sums.netJoules().getAsDouble()).isEqualTo(0, within(1e-9));
        assertThat(sums.operationsPerNetJoule()).isEmpty();
        assertThat(sums.operationsPerJoule().getAsDouble()).isEqualTo(0.05, within(1e-9));
    }

    @Test
    void whatDoesNotFitTogetherIsSaid() throws Exception {
        Path meter = file("m.csv", METER);
        Path hourLater = file("w.json", work(4600, 4610, 5));
        assertThatThrownBy(() -> run(plan(meter, hourLater, null)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("covers no interval")
                .hasMessageContaining("1970-01-01T01:16:40Z")
                .hasMessageContaining("--zone");
        Path sparse = file("sparse.csv", "1,20\n100,20\n");
        assertThatThrownBy(() -> run(plan(sparse, null, null)))
                .hasMessage(sparse + ": no two readings are closer than --gap-s, 5.0 s: raise it.");
        Path one = file("one.csv", "1,20\n");
        assertThatThrownBy(() -> run(plan(meter, null, one)))
                .hasMessage(one + ": Energy needs at least 2 readings, but there are 1.");
    }

    private static PowerPlan live(Path device, Path save) {
        return new PowerPlan(
                device,
                true,
                Duration.ofSeconds(20),
                Optional.of(save),
                Optional.empty(),
                Optional.empty(),
                MeterFormat.GUESSED,
                Duration.ofSeconds(5));
    }

    /** A pipe is what a plug's line is: text that comes while it is read. */
    @Test
    void pipeIsReadAsItComesAndKept() throws Exception {
        Path pipe = dir.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Process plug =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "printf '7.5 W\\n%.0s' 1 2 3 4 5 >\"$0\"",
                                pipe.toString())
                        .start();
        Path save = dir.resolve("saved.csv");

        PowerReport report = PowerBench.run(live(pipe, save), new TickingClock());

        assertThat(plug.waitFor()).isZero();
        assertThat(report.meter().readings()).isEqualTo(4);
        assertThat(report.meter().energy().meanWatts()).isEqualTo(7.5, within(1e-9));
        assertThat(MeterFile.read(save, MeterFormat.GUESSED)).hasSize(4);
    }

    @Test
    void fileHasNoTimesToReadItLive() throws Exception {
        Path file = file("lines", "1\n2\n");
        assertThatThrownBy(() -> run(live(file, dir.resolve("s"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--meter");
    }

    @Test
    void rangesAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new PowerPlan(
                                        dir,
                                        true,
                                        Duration.ZERO,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        MeterFormat.GUESSED,
                                        Duration.ofSeconds(5)))
                .withMessage("--seconds must be between 1 and 86400 seconds, but was 0.");
    }
}
