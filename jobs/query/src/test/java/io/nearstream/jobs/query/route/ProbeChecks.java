package io.nearstream.jobs.query.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.Probe;
import java.util.function.Consumer;

/** Checks probes with the default limits. */
final class ProbeChecks {
    static final long APPEND_TIME = 1_000;
    static final byte[] VECTOR = Vectors.fromFloats(1, 2, 3, 4);
    static final ProbeCheck CHECK = new ProbeCheck(Limits.DEFAULT, 10_000, 5, 1_000, 4);

    /** Checks a probe of a collection that has nothing learned yet. */
    static CheckedProbe check(ProbeCheck check, CollectionSettings settings, Probe probe)
            throws RefusedException {
        CollectionState state = new CollectionState(settings, false, Generation.initial(settings));
        check.checkHead(probe);
        return check.check(probe, state, APPEND_TIME);
    }

    /** What comes of a good probe with a change. */
    static CheckedProbe accepted(Consumer<Probe.Builder> change) throws RefusedException {
        Probe.Builder probe = Samples.probe(Samples.PLACES, VECTOR);
        change.accept(probe);
        return check(CHECK, Samples.PLACES, probe.build());
    }

    /** A good probe with a change is refused so. */
    static void refused(Consumer<Probe.Builder> change, Reason reason, String message) {
        refused(Samples.PLACES, change, reason, message);
    }

    /** A good probe of a collection with a change is refused so. */
    static void refused(
            CollectionSettings settings,
            Consumer<Probe.Builder> change,
            Reason reason,
            String message) {
        Probe.Builder probe = Samples.probe(settings, VECTOR);
        change.accept(probe);
        RefusedException refusal =
                catchThrowableOfType(
                        RefusedException.class, () -> check(CHECK, settings, probe.build()));
        assertThat(refusal).hasMessage(message);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    private ProbeChecks() {}
}
