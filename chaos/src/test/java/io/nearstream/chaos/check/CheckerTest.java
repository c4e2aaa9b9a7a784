package io.nearstream.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** True histories raise nothing; one lie is found, and counted under its own name alone. */
class CheckerTest {
    private static final int TRUE_HISTORIES = 2_000;
    private static final int LIES = 60;
    private static final Checker CHECKER = new Checker(Duration.ofDays(1));

    @Test
    void trueHistoriesRaiseNothing() {
        Property.holds(
                TRUE_HISTORIES, random -> assertThat(findings(random)).matches(Findings::none));
    }

    private static Findings findings(SplittableRandom random) {
        SimulatedRun run = new SimulatedRun(random);
        return CHECKER.check(run, run.log());
    }

    @ParameterizedTest
    @EnumSource(Plant.class)
    void aLieIsCountedUnderItsName(Plant lie) {
        AtomicInteger told = new AtomicInteger();
        Property.holds(
                LIES,
                random -> {
                    SimulatedRun run = new SimulatedRun(random);
                    if (!lie.into(run)) {
                        return; // This history has no place for it.
                    }
                    told.incrementAndGet();
                    Findings findings = CHECKER.check(run, run.log());
                    for (Violation violation : Violation.values()) {
                        boolean expected = violation == lie.counter;
                        assertThat(findings.count(violation) > 0)
                                .as("%s counted by %s", violation, findings)
                                .isEqualTo(expected);
                    }
                });
        assertThat(told).as("histories with a place for it").hasPositiveValue();
    }
}
