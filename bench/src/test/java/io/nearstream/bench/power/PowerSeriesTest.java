package io.nearstream.bench.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.testing.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PowerSeriesTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration GAP = Duration.ofSeconds(5);

    private static Instant at(double seconds) {
        return START.plusNanos(Math.round(seconds * 1e9));
    }

    private static Span span(double from, double to) {
        return new Span(at(from), at(to));
    }

    /** Pairs of seconds and watts. */
    private static PowerSeries series(double... pairs) {
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            readings.add(new Reading(at(pairs[i]), pairs[i + 1]));
        }
        return new PowerSeries(readings, GAP);
    }

    @Test
    void constantPowerIsWattsTimesSeconds() {
        Energy energy = series(0, 12, 1, 12, 2.5, 12, 6, 12).energy(span(0.5, 5.5));

        assertThat(energy.joules()).isEqualTo(60, within(1e-9));
        assertThat(energy.isComplete()).isTrue();
        assertThat(energy.meanWatts()).isEqualTo(12, within(1e-9));
    }

    @Test
    void rampIsATriangle() {
        PowerSeries ramp = series(0, 0, 2, 10, 4, 0);

        assertThat(ramp.energy(span(0, 4)).joules()).isEqualTo(20, within(1e-9));
        // From 2.5 W at 0.5 s to 5 W at 1 s.
        assertThat(ramp.energy(span(0.5, 1)).joules()).isEqualTo(1.875, within(1e-9));
        // Over the top: 7.5 W, 10 W, 7.5 W.
        assertThat(ramp.energy(span(1.5, 2.5)).joules()).isEqualTo(8.75, within(1e-9));
        assertThat(ramp.peakWatts()).isEqualTo(10);
    }

    @Test
    void gapsAreReportedAndNotBridged() {
        PowerSeries torn = series(0, 10, 5, 10, 10.001, 10, 12, 10);

        Energy energy = torn.energy(span(-1, 13));

        assertThat(energy.joules()).isEqualTo(50 + 19.99, within(1e-9));
        assertThat(energy.covered()).isEqualTo(Duration.ofMillis(6_999));
        assertThat(energy.gaps()).containsExactly(span(-1, 0), span(5, 10.001), span(12, 13));
        assertThat(torn.energy(span(6, 7)).covered()).isZero();
        assertThat(torn.energy(span(6, 7)).gaps()).containsExactly(span(6, 7));
    }

    @Test
    void gapOfExactlyTheLimitIsBridged() {
        assertThat(series(0, 10, 5, 20).energy(span(0, 5)).joules()).isEqualTo(75, within(1e-9));
    }

    @Test
    void timeOutsideOfTheReadingsIsAllGap() {
        PowerSeries series = series(0, 10, 1, 10);

        assertThat(series.energy(span(-3, -1)).gaps()).containsExactly(span(-3, -1));
        assertThat(series.energy(span(2, 3)).gaps()).containsExactly(span(2, 3));
        assertThat(series.energy(span(2, 3)).joules()).isZero();
    }

    /** However time is cut into parts, they use what the whole uses, and miss what it misses. */
    @Test
    void partsAddUpToTheWhole() {
        Property.holds(
                random -> {
                    List<Reading> readings = new ArrayList<>();
                    double time = 0;
                    for (int i = 2 + random.nextInt(40); i > 0; i--) {
                        readings.add(new Reading(at(time), 50 * random.nextDouble()));
                        time += 0.1 + 6 * random.nextDouble();
                    }
                    PowerSeries series = new PowerSeries(readings, GAP);
                    Energy whole = series.energy(span(-1, time));
                    double joules = 0;
                    Duration covered = Duration.ZERO;
                    double missing = 0;
                    double from = -1;
                    while (from < time) {
                        double to = Math.min(time, from + 0.05 + 4 * random.nextDouble());
                        if (at(from).isBefore(at(to))) {
                            Energy part = series.energy(span(from, to));
                            joules += part.joules();
                            covered = covered.plus(part.covered());
                            missing += part.gaps().stream().mapToDouble(Span::seconds).sum();
                        }
                        from = to;
                    }
                    assertThat(joules).isEqualTo(whole.joules(), within(1e-5));
                    assertThat(covered).isEqualTo(whole.covered());
                    assertThat(missing)
                            .isEqualTo(
                                    whole.gaps().stream().mapToDouble(Span::seconds).sum(),
                                    within(1e-6));
                });
    }

    @Test
    void whatIsNoSeriesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> series(0, 10))
                .withMessageContaining("at least 2 readings, but there are 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> series(0, 10, 1, 10, 1, 10))
                .withMessageContaining("in the order of time");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> series(0, 10, 1, -0.5))
                .withMessageContaining("but was -0.5");
    }
}
