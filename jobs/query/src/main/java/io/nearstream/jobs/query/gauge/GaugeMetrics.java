package io.nearstream.jobs.query.gauge;

import io.nearstream.core.recall.RecallEstimate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import javax.annotation.Nullable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the web UI shows of recall, by collection name. A gauge cannot be taken back: that of a
 * dropped collection shows no number until another one takes the name. Written by the task's
 * thread, read by others.
 */
final class GaugeMetrics {
    private final MetricGroup group;
    private final Map<String, Shown> byName = new HashMap<>();
    private final Counter skipped;

    /** What is shown under one name. */
    private static final class Shown {
        @Nullable private volatile Gauged gauged;

        private double of(ToDoubleFunction<RecallEstimate> field) {
            return shown(shown -> field.applyAsDouble(shown.estimate()));
        }

        private double target() {
            return shown(Gauged.Shown::target);
        }

        private double shown(ToDoubleFunction<Gauged.Shown> field) {
            Gauged now = gauged;
            Optional<Gauged.Shown> shown = now == null ? Optional.empty() : now.shown();
            return shown.isPresent() ? field.applyAsDouble(shown.get()) : Double.NaN;
        }

        private double correction() {
            Gauged now = gauged;
            return now == null ? Double.NaN : now.correction();
        }

        private int records() {
            Gauged now = gauged;
            return now == null ? 0 : now.slice().records();
        }
    }

    GaugeMetrics(MetricGroup group) {
        this.group = group;
        this.skipped = group.counter("recallProbesSkipped");
    }

    /** Shows a collection under its name from now on. */
    void show(String name, Gauged gauged) {
        Shown known = byName.get(name);
        if (known == null) {
            known = register(name);
            byName.put(name, known);
        }
        known.gauged = gauged;
    }

    private Shown register(String name) {
        Shown shown = new Shown();
        MetricGroup named = group.addGroup("collection", name);
        named.gauge("recallEstimate", () -> shown.of(RecallEstimate::recall));
        named.gauge("recallLow", () -> shown.of(RecallEstimate::low));
        named.gauge("recallHigh", () -> shown.of(RecallEstimate::high));
        named.gauge("recallTarget", shown::target);
        named.gauge("recallProbes", () -> shown.of(RecallEstimate::probes));
        named.gauge("recallCorrection", shown::correction);
        named.gauge("recallSliceRecords", shown::records);
        return shown;
    }

    /** A collection is gone. */
    void hide(Gauged gone) {
        for (Shown shown : byName.values()) {
            if (shown.gauged == gone) {
                shown.gauged = null;
            }
        }
    }

    /** A probe could not be gauged: too many wait, or its other half never came. */
    void skip() {
        skipped.inc();
    }
}
