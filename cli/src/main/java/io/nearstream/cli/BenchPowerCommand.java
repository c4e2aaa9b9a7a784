package io.nearstream.cli;

import io.nearstream.bench.power.MeterFormat;
import io.nearstream.bench.power.PowerBench;
import io.nearstream.bench.power.PowerPlan;
import io.nearstream.bench.power.PowerReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "power",
        description = {
            "Join the power of a cluster with what it did: operations per joule. Reads a meter's file, or a plug that prints watts on a serial line.",
            "A meter's file has a line for each reading, times rising, fields between commas, semicolons or tabs. Times are seconds or milliseconds since 1970 or ISO 8601; a comma may be the decimal point where it does not stand between fields. A plug prints a number of watts in a line, perhaps with W behind it; set the speed of its line with stty first.",
            "Intervals of work with a gap in the readings are listed and not counted."
        })
final class BenchPowerCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private BenchReportOptions report;

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** Where the readings come from. */
    static final class Source {
        @Nullable
        @Option(
                names = "--meter",
                paramLabel = "FILE",
                required = true,
                description = "A meter's file.")
        private Path meter;

        @Nullable
        @Option(
                names = "--serial",
                paramLabel = "DEVICE",
                required = true,
                description = "A device or a pipe that prints watts, for example /dev/ttyUSB0.")
        private Path serial;
    }

    @Nullable
    @Option(
            names = "--throughput",
            paramLabel = "FILE",
            description =
                    "What was done: lines of JSON with from, to and operations. Read last, so that it may be written meanwhile. Without it only the power is reported.")
    private Path throughput;

    @Nullable
    @Option(
            names = "--idle",
            paramLabel = "FILE",
            description =
                    "A meter's file of the same cluster doing nothing; its mean is subtracted for the net figures.")
    private Path idle;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Read the serial line so long, 1 to 86400. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Nullable
    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Keep the readings of the serial line here, as a meter's file.")
    private Path save;

    @Option(
            names = "--gap-s",
            paramLabel = "S",
            defaultValue = "5",
            description =
                    "Readings farther apart are a gap, 0.01 to 3600 seconds. Default: ${DEFAULT-VALUE}.")
    private double gap;

    @Nullable
    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of times that name none, for example UTC or Europe/Berlin.")
    private String zone;

    @Nullable
    @Option(
            names = "--time-column",
            paramLabel = "COLUMN",
            description =
                    "Name or number of the column of times. Default: time, timestamp, datetime or date; the first of two without a heading.")
    private String timeColumn;

    @Nullable
    @Option(
            names = "--watts-column",
            paramLabel = "COLUMN",
            description =
                    "Name or number of the column of watts. Default: watts, watt, W, power, power_w, power (W) or power [W]; the second of two without a heading.")
    private String wattsColumn;

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        BenchRuns.requireDirectory(spec, "--save", save);
        PowerReport measured = PowerBench.run(plan(), Clock.systemUTC());
        new BenchPowerView(measured).print(report.out());
        report.write(measured.document());
        return CommandLine.ExitCode.OK;
    }

    private PowerPlan plan() {
        try {
            boolean live = source.serial != null;
            return new PowerPlan(
                    live ? source.serial : source.meter,
                    live,
                    Duration.ofSeconds(seconds),
                    Optional.ofNullable(save),
                    Optional.ofNullable(throughput),
                    Optional.ofNullable(idle),
                    new MeterFormat(
                            Optional.ofNullable(timeColumn),
                            Optional.ofNullable(wattsColumn),
                            zone()),
                    Duration.ofNanos(Math.round(gap * 1e9)));
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }

    private Optional<ZoneId> zone() {
        try {
            return Optional.ofNullable(zone).map(ZoneId::of);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException(
                    "--zone must be a zone as UTC or Europe/Berlin, but was '%s'.".formatted(zone),
                    unknown);
        }
    }
}
