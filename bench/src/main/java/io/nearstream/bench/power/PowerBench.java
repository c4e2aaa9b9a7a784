package io.nearstream.bench.power;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Reads meter, idle time and work, and joins them. Stateless. */
public final class PowerBench {
    private PowerBench() {}

    /**
     * Reads what the plan names; of a device, for as long as it says.
     *
     * @param clock that stamps what a device prints
     * @throws IOException when something cannot be read, or does not fit together; names the file
     */
    public static PowerReport run(PowerPlan plan, Clock clock)
            throws IOException, InterruptedException {
        // Before minutes of reading a device: a file that is wrong now is wrong then.
        Optional<PowerSeries> idle = Optional.empty();
        if (plan.idle().isPresent()) {
            Path file = plan.idle().get();
            idle = Optional.of(series(file, MeterFile.read(file, plan.format()), plan));
        }
        int ignored = 0;
        List<Reading> readings;
        if (plan.live()) {
            SerialMeter serial = serial(plan, clock);
            readings = serial.readings();
            ignored = serial.ignored();
        } else {
            readings = MeterFile.read(plan.source(), plan.format());
        }
        PowerSeries meter = series(plan.source(), readings, plan);
        List<WorkInterval> work = List.of();
        if (plan.work().isPresent()) {
            work = WorkFile.read(plan.work().get(), plan.format().zone());
        }
        return PowerReport.of(meter, ignored, idle, work);
    }

    private static PowerSeries series(Path file, List<Reading> readings, PowerPlan plan)
            throws IOException {
        try {
            PowerSeries series = new PowerSeries(readings, plan.gapMax());
            if (series.energy(series.span()).covered().isZero()) {
                throw new IllegalArgumentException(
                        "no two readings are closer than --gap-s, %s s: raise it."
                                .formatted(Energy.seconds(plan.gapMax())));
            }
            return series;
        } catch (IllegalArgumentException useless) {
            throw new IOException("%s: %s".formatted(file, useless.getMessage()), useless);
        }
    }

    private static SerialMeter serial(PowerPlan plan, Clock clock)
            throws IOException, InterruptedException {
        Path device = plan.source();
        if (Files.isRegularFile(device)) {
            throw new IOException(
                    "%s is a file, and its lines have no times: read a file with times with --meter."
                            .formatted(device));
        }
        // Not a charset that refuses noise. Closing would wait for the read that a silent plug
        // holds up.
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(device), StandardCharsets.ISO_8859_1));
        SerialMeter serial = SerialMeter.read(device.toString(), in, clock, plan.atMost());
        if (plan.save().isPresent()) {
            save(plan.save().get(), serial.readings());
        }
        return serial;
    }

    /** In the form that {@link MeterFile} reads. */
    static void save(Path file, List<Reading> readings) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("time,watts\n");
            for (Reading reading : readings) {
                out.write(reading.at() + "," + plain(reading.watts()) + "\n");
            }
        }
    }

    private static String plain(double watts) {
        return new BigDecimal(watts)
                .setScale(6, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
