package io.nearstream.bench.power;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Power, and what was done with it. Only intervals that the meter covers without a gap count; the
 * others are listed with what is missing.
 *
 * @param meter all the time of the meter
 * @param idleWatts mean power of the cluster doing nothing, where that was measured
 * @param counted intervals that are covered
 * @param leftOut intervals that are not
 */
public record PowerReport(
        Meter meter, OptionalDouble idleWatts, List<Joined> counted, List<Joined> leftOut) {
    public PowerReport {
        counted = List.copyOf(counted);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * What the meter showed.
     *
     * @param readings how many
     * @param ignored lines of a device that were no numbers
     * @param time from the first reading to the last
     * @param energy in that time
     * @param peakWatts of any reading
     */
    public record Meter(int readings, int ignored, Span time, Energy energy, double peakWatts) {}

    /** Work and the energy of its time. */
    public record Joined(WorkInterval work, Energy energy) {
        private Map<String, Object> document() {
            Map<String, Object> document = work.time().document();
            document.put("operations", work.operations());
            if (energy.isComplete()) {
                document.put("joules", energy.joules());
                document.put("mean_w", energy.meanWatts());
                perJoule(work.operations(), energy.joules())
                        .ifPresent(rate -> document.put("operations_per_joule", rate));
            } else {
                document.put("gaps", energy.gaps().stream().map(Span::document).toList());
            }
            return document;
        }
    }

    /**
     * Sums over the intervals that count.
     *
     * @param operations that were done
     * @param seconds that they took
     * @param joules that were used
     * @param netJoules less what the cluster would have used doing nothing, where that is known;
     *     not above 0 where it used no more than idle
     */
    public record Work(long operations, double seconds, double joules, OptionalDouble netJoules) {
        /** Operations for a joule; none where none was used. */
        public OptionalDouble operationsPerJoule() {
            return perJoule(operations, joules);
        }

        /** Operations for a joule beyond the idle ones; none where that is unknown, or none. */
        public OptionalDouble operationsPerNetJoule() {
            return netJoules.isPresent()
                    ? perJoule(operations, netJoules.getAsDouble())
                    : OptionalDouble.empty();
        }

        /** Mean power. */
        public double meanWatts() {
            return joules / seconds;
        }

        private Map<String, Object> document(int intervals) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("intervals", intervals);
            document.put("seconds", seconds);
            document.put("operations", operations);
            document.put("operations_per_s", operations / seconds);
            document.put("joules", joules);
            document.put("mean_w", meanWatts());
            operationsPerJoule().ifPresent(rate -> document.put("operations_per_joule", rate));
            netJoules.ifPresent(net -> document.put("net_joules", net));
            operationsPerNetJoule()
                    .ifPresent(rate -> document.put("operations_per_net_joule", rate));
            return document;
        }
    }

    /**
     * Joins by time.
     *
     * @param ignored lines of a device that were no numbers
     * @param idle the same cluster doing nothing; some of its time must be covered
     * @param work may be empty: then only the power is reported
     * @throws IOException when there is work and none of it is covered
     */
    static PowerReport of(
            PowerSeries series, int ignored, Optional<PowerSeries> idle, List<WorkInterval> work)
            throws IOException {
        Span time = series.span();
        Meter meter =
                new Meter(series.size(), ignored, time, series.energy(time), series.peakWatts());
        List<Joined> counted = new ArrayList<>();
        List<Joined> leftOut = new ArrayList<>();
        for (WorkInterval interval : work) {
            Joined joined = new Joined(interval, series.energy(interval.time()));
            (joined.energy().isComplete() ? counted : leftOut).add(joined);
        }
        if (counted.isEmpty() && !work.isEmpty()) {
            throw new IOException(
                    "The meter covers no interval of the work: it has readings from %s to %s, the work is from %s to %s. Are clocks and zones the same (--zone), and readings close enough (--gap-s)?"
                            .formatted(
                                    time.from(),
                                    time.to(),
                                    work.get(0).time().from(),
                                    work.get(work.size() - 1).time().to()));
        }
        OptionalDouble idleWatts =
                idle.isPresent()
                        ? OptionalDouble.of(idle.get().energy(idle.get().span()).meanWatts())
                        : OptionalDouble.empty();
        return new PowerReport(meter, idleWatts, counted, leftOut);
    }

    private static OptionalDouble perJoule(long operations, double joules) {
        return joules > 0 ? OptionalDouble.of(operations / joules) : OptionalDouble.empty();
    }

    /** The sums; none where there was no work. */
    public Optional<Work> work() {
        if (counted.isEmpty()) {
            return Optional.empty();
        }
        long operations = 0;
        double seconds = 0;
        double joules = 0;
        for (Joined joined : counted) {
            operations += joined.work().operations();
            seconds += joined.work().time().seconds();
            joules += joined.energy().joules();
        }
        OptionalDouble net =
                idleWatts.isPresent()
                        ? OptionalDouble.of(joules - idleWatts.getAsDouble() * seconds)
                        : OptionalDouble.empty();
        return Optional.of(new Work(operations, seconds, joules, net));
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> shown = meter.time().document();
        shown.put("readings", meter.readings());
        shown.put("lines_ignored", meter.ignored());
        shown.put("covered_s", Energy.seconds(meter.energy().covered()));
        shown.put("gaps", meter.energy().gaps().stream().map(Span::document).toList());
        shown.put("joules", meter.energy().joules());
        shown.put("mean_w", meter.energy().meanWatts());
        shown.put("peak_w", meter.peakWatts());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("meter", shown);
        idleWatts.ifPresent(watts -> document.put("idle_w", watts));
        work().ifPresent(sums -> document.put("work", sums.document(counted.size())));
        document.put("intervals", counted.stream().map(Joined::document).toList());
        document.put("left_out", leftOut.stream().map(Joined::document).toList());
        return document;
    }
}
