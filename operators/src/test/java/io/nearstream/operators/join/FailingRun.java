package io.nearstream.operators.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.RecordRef;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs operators in their harnesses to the end of their inputs, with checkpoints and failures at
 * random, and keeps what was committed: what came out in front of a checkpoint. Behind a failure
 * all goes on from the newest one, at another parallelism.
 *
 * @param <C> the operators, one attempt
 * @param <P> a checkpoint of them
 * @param <S> what they say
 */
public abstract class FailingRun<C extends AutoCloseable, P, S> {
    /** Draws everything. */
    protected final SplittableRandom random;

    private final List<S> committed = new ArrayList<>();
    private List<P> newest = List.of();
    private long failures;

    protected FailingRun(SplittableRandom random) {
        this.random = random;
    }

    /** As partitions of a topic mix: each record's changes in order, others overtake. */
    public static List<JoinChange> mixed(List<JoinChange> changes, SplittableRandom random) {
        List<JoinChange> mixed = new ArrayList<>(changes);
        for (int i = mixed.size() - 1; i > 0; i--) {
            int j = Math.max(0, i - random.nextInt(12));
            boolean crossesItself = false;
            for (int between = j; between < i; between++) {
                RecordRef record = mixed.get(between).record();
                crossesItself |= record.isSameRecord(mixed.get(i).record());
            }
            if (!crossesItself) {
                mixed.add(j, mixed.remove(i));
            }
        }
        return mixed;
    }

    /** An attempt, from nothing where there is no checkpoint; the inputs go back to it. */
    protected abstract C open(List<P> from, int inputs, int buckets) throws Exception;

    /** Whether not all inputs were read. */
    protected abstract boolean hasMore();

    /** Something happens, drawn at random. */
    protected abstract void step(C operators) throws Exception;

    /** Time ends. */
    protected abstract void end(C operators) throws Exception;

    /** A checkpoint, at which the inputs are to go on. */
    protected abstract P checkpoint(C operators) throws Exception;

    /** What was said since the last call. */
    protected abstract List<S> said(C operators);

    /** Runs to the end. */
    public final void run() throws Exception {
        boolean done = false;
        while (!done) {
            try (C operators = open(newest, 1 + random.nextInt(3), 1 + random.nextInt(3))) {
                done = attempt(operators);
            }
        }
    }

    private boolean attempt(C operators) throws Exception {
        while (hasMore()) {
            switch (random.nextInt(80)) {
                case 0 -> commit(operators);
                case 1 -> {
                    if (random.nextInt(2) == 0) {
                        failures++;
                        return false;
                    }
                }
                default -> step(operators);
            }
        }
        end(operators);
        commit(operators);
        return true;
    }

    private void commit(C operators) throws Exception {
        newest = List.of(checkpoint(operators));
        committed.addAll(said(operators));
    }

    /** What came out once. */
    public final List<S> committed() {
        return committed;
    }

    /** How often it failed. */
    public final long failures() {
        return failures;
    }
}
