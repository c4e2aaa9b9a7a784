package io.nearstream.jobs.query.route;

import static io.nearstream.jobs.query.route.ProbeChecks.APPEND_TIME;
import static io.nearstream.jobs.query.route.ProbeChecks.VECTOR;
import static io.nearstream.jobs.query.route.ProbeChecks.accepted;
import static io.nearstream.jobs.query.route.ProbeChecks.check;
import static io.nearstream.jobs.query.route.ProbeChecks.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Probe;
import java.nio.ByteBuffer;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What a probe may ask for at most: hits, effort, time. */
class ProbeEffortCheckTest {
    @Test
    void kMustBeWithinItsLimit() throws Exception {
        refused(probe -> probe.setK(0), Reason.BAD_K, "k must be 1 to 1000, but was 0.");
        refused(
                probe -> probe.setK(Integer.MAX_VALUE),
                Reason.BAD_K,
                "k must be 1 to 1000, but was 2147483647.");
        assertThat(accepted(probe -> probe.setK(1_000)).limit()).isEqualTo(1_000);
    }

    @Test
    void rangeMustBeFiniteAndCapped() throws Exception {
        refused(
                probe -> probe.setRadius(-0.5),
                Reason.BAD_RADIUS,
                "radius must be a finite number of 0 or more, but was -0.5.");
        refused(
                probe -> probe.setRadius(Double.NaN),
                Reason.BAD_RADIUS,
                "radius must be a finite number of 0 or more, but was NaN.");
        refused(
                probe -> probe.setRadius(Double.POSITIVE_INFINITY),
                Reason.BAD_RADIUS,
                "radius must be a finite number of 0 or more, but was Infinity.");
        refused(
                probe -> probe.setRadius(1.0).setMaxHits(10_001),
                Reason.BAD_RADIUS,
                "maxHits must be 1 to 10000, but was 10001.");
        refused(
                probe -> probe.setRadius(1.0).setMaxHits(0),
                Reason.BAD_RADIUS,
                "maxHits must be 1 to 10000, but was 0.");
        CheckedProbe range = accepted(probe -> probe.setRadius(3.0).setK(0));
        assertThat(range.radiusScore()).isEqualTo(9);
        assertThat(range.limit()).isEqualTo(10_000);
        assertThat(range.k()).isEqualTo(1_000);
        assertThat(accepted(probe -> probe.setRadius(0.0)).isRange()).isTrue();
    }

    @Test
    void effortMustBePositive() throws Exception {
        refused(
                probe -> probe.setProbes(0),
                Reason.BAD_EFFORT,
                "probes must be at least 1, but was 0.");
        refused(
                probe -> probe.setTargetRecall(1.01),
                Reason.BAD_EFFORT,
                "targetRecall must be above 0 and at most 1, but was 1.01.");
        refused(
                probe -> probe.setTargetRecall(Double.NaN),
                Reason.BAD_EFFORT,
                "targetRecall must be above 0 and at most 1, but was NaN.");
        assertThat(accepted(probe -> probe.setTargetRecall(1.0)).effort().exhaustive()).isTrue();
        assertThat(accepted(probe -> probe.setExhaustive(true)).effort().exhaustive()).isTrue();
        assertThat(accepted(probe -> probe.setProbes(3)).effort().probes()).isEqualTo(3);
        assertThat(accepted(probe -> {}).effort().targetRecall()).isEqualTo(0.9);
    }

    @Test
    void bucketsNamedByHandAreLimitedForAllQueryVectorsTogether() throws Exception {
        assertThat(accepted(probe -> probe.setProbes(1_000)).effort().probes()).isEqualTo(1_000);
        refused(
                probe -> probe.setProbes(1_001),
                Reason.BAD_EFFORT,
                "probes times query vectors must be at most 'nearstream.query.probe-buckets-max',"
                        + " 1000, but was 1001 times 1. Ask for fewer, or exhaustive.");
        refused(
                probe -> {
                    ByteBuffer vector = probe.getVectors().get(0);
                    probe.setVectors(Collections.nCopies(3, vector)).setProbes(334);
                },
                Reason.BAD_EFFORT,
                "probes times query vectors must be at most 'nearstream.query.probe-buckets-max',"
                        + " 1000, but was 334 times 3. Ask for fewer, or exhaustive.");
        refused(
                probe -> probe.setProbes(Integer.MAX_VALUE),
                Reason.BAD_EFFORT,
                "probes times query vectors must be at most 'nearstream.query.probe-buckets-max',"
                        + " 1000, but was 2147483647 times 1. Ask for fewer, or exhaustive.");
    }

    @Test
    void consistencySaysWhichWritesAreSeen() throws Exception {
        assertThat(accepted(probe -> probe.setConsistency(Consistency.STRONG)).atLeast())
                .as("its own append time, and how far clocks may be apart")
                .isEqualTo(APPEND_TIME + 5);
        refused(
                probe -> probe.setConsistency(Consistency.STRONG).setDeadlineMs(5L),
                Reason.BAD_DEADLINE,
                "deadlineMs of a STRONG probe must be above 'nearstream.query.strong-clock-bound',"
                        + " 5 ms, but was 5.");
        refused(
                probe -> probe.setConsistency(Consistency.AT_LEAST),
                Reason.BAD_CONSISTENCY,
                "consistency AT_LEAST needs atLeast: the append time that the producer was given.");
        assertThat(
                        accepted(probe -> probe.setConsistency(Consistency.AT_LEAST).setAtLeast(7L))
                                .atLeast())
                .isEqualTo(7);
        assertThat(accepted(probe -> probe.setAtLeast(7L)).atLeast()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void deadlineMustBeWithinItsLimit() throws Exception {
        refused(
                probe -> probe.setDeadlineMs(0L),
                Reason.BAD_DEADLINE,
                "deadlineMs must be 1 to 60000, but was 0.");
        refused(
                probe -> probe.setDeadlineMs(60_001L),
                Reason.BAD_DEADLINE,
                "deadlineMs must be 1 to 60000, but was 60001.");
        assertThat(accepted(probe -> probe.setDeadlineMs(5L)).deadlineAt())
                .isEqualTo(APPEND_TIME + 5);
        assertThat(accepted(probe -> {}).deadlineAt()).isEqualTo(APPEND_TIME + 10_000);
    }

    @Test
    void limitsAreTheConfiguredOnes() {
        Limits tight = new Limits(4, 8, 1, 2, 10, 3, 5, 2, 32, 50, 4, 10);
        ProbeCheck check = new ProbeCheck(tight, 10_000, 0, 1_000, 1);
        Probe probe = Samples.probe(Samples.PLACES, VECTOR).setK(3).build();
        assertThat(
                        catchThrowableOfType(
                                RefusedException.class,
                                () ->
                                        check(
                                                check,
                                                Samples.PLACES,
                                                Probe.newBuilder(probe).setK(4).build())))
                .hasMessage("k must be 1 to 3, but was 4.");
        assertThat(
                        catchThrowableOfType(
                                RefusedException.class, () -> check(check, Samples.PLACES, probe)))
                .isNull();
    }
}
