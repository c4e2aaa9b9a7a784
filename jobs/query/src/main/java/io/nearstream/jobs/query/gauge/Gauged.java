package io.nearstream.jobs.query.gauge;

import io.nearstream.core.recall.RecallController;
import io.nearstream.core.recall.RecallEstimate;
import io.nearstream.core.recall.RecallEvidence;
import io.nearstream.core.recall.RecallObservation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Optional;

/**
 * One collection's answers, held against its slice, and what follows from them. Changed by the
 * task's thread; what is shown may be read by others.
 */
final class Gauged {
    /** So many answers from one estimate that is shown to the next. */
    private static final int SHOWN_EVERY = 16;

    /** Estimates that differ less from the one written last are not written. */
    private static final double NOTABLE = 0.01;

    private final Slice slice;
    private final ArrayDeque<RecallObservation> newest;
    private RecallEvidence evidence = new RecallEvidence();
    private int generation;
    private volatile double correction;
    private long seen;
    private double written = Double.NaN;
    private volatile Optional<Shown> shown = Optional.empty();

    Gauged(Slice slice, GaugedAnswers stored) {
        this.slice = slice;
        this.newest = new ArrayDeque<>(stored.newest());
        newest.forEach(evidence::add);
        this.generation = stored.generation();
        this.correction = stored.correction();
        this.seen = stored.seen();
    }

    /**
     * What is to be told of a collection.
     *
     * @param generation that the answers came from
     * @param correction to go on with
     * @param target mean of the recalls that were aimed at
     * @param estimate of the recall so far
     */
    record News(int generation, double correction, double target, RecallEstimate estimate) {}

    /**
     * What is shown.
     *
     * @param estimate of the recall of the newest answers
     * @param target mean of the recalls that they aimed at
     */
    record Shown(RecallEstimate estimate, double target) {}

    Slice slice() {
        return slice;
    }

    GaugedAnswers stored() {
        return new GaugedAnswers(
                slice.level(), generation, correction, seen, new ArrayList<>(newest));
    }

    /** The estimate that is shown; the one before until a new one has been made. */
    Optional<Shown> shown() {
        return shown;
    }

    double correction() {
        return correction;
    }

    /** Takes an answer; says what follows, if anything does. */
    Optional<News> add(RecallObservation observed, GaugeNote asked) {
        if (asked.generation() < generation) {
            return Optional.empty();
        }
        if (asked.generation() != generation || asked.correction() != correction) {
            generation = asked.generation();
            correction = asked.correction();
            restart();
        }
        seen++;
        newest.addLast(observed);
        evidence.add(observed);
        if (newest.size() > RecallController.PROBES_MOST) {
            evidence.remove(newest.removeFirst());
        }
        boolean due = RecallController.isDue(seen);
        if (!due && seen % SHOWN_EVERY != 0) {
            return Optional.empty();
        }
        RecallEstimate estimate = evidence.estimate().orElseThrow();
        double target =
                newest.stream().mapToDouble(RecallObservation::target).average().orElseThrow();
        shown = Optional.of(new Shown(estimate, target));
        return due ? decide(estimate, target) : Optional.empty();
    }

    private Optional<News> decide(RecallEstimate estimate, double target) {
        double next = RecallController.next(correction, target, estimate);
        boolean moved = next != correction;
        if (!moved && Math.abs(estimate.recall() - written) < NOTABLE) {
            return Optional.empty();
        }
        written = estimate.recall();
        if (moved) {
            restart(); // what comes until routers know it is of the correction before
        }
        return Optional.of(new News(generation, next, target, estimate));
    }

    private void restart() {
        newest.clear();
        evidence = new RecallEvidence();
        seen = 0;
    }
}
