package io.nearstream.bench.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * Walks through a runbook with one system: the same for every system, so that all are asked the
 * same at the same state. Keeps what was answered, for who knows the truth, and the clock.
 *
 * @param searches in their order
 * @param writes records that were inserted, replaced or deleted
 * @param writeSeconds from the first write after a search until all before the next are searchable,
 *     summed over the runbook
 */
record Replay(List<Answers> searches, long writes, double writeSeconds) {
    private static final double NANOS_PER_SECOND = 1e9;

    Replay {
        searches = List.copyOf(searches);
    }

    /** A system; one thread at a time. */
    interface Target {
        /** Gives a tag the vector of a row. */
        void put(int tag, int row) throws IOException, InterruptedException;

        void remove(int tag) throws IOException, InterruptedException;

        /** Returns once all before it is searchable. */
        void show() throws IOException, InterruptedException;

        /** Asks every query once: for each the tags that it found. */
        int[][] ask() throws IOException, InterruptedException;
    }

    /**
     * What a search step brought.
     *
     * @param step its number
     * @param tags for each query those that were answered, nearest first
     * @param writeSeconds spent on what was written since the search before, until all of it was
     *     searchable
     * @param searchSeconds from the first query to the last answer
     */
    record Answers(int step, int[][] tags, double writeSeconds, double searchSeconds) {}

    /** Walks through it; is told after each step how many are done. */
    static Replay run(Runbook runbook, Target target, IntConsumer done)
            throws IOException, InterruptedException {
        List<Answers> searches = new ArrayList<>();
        long writes = 0;
        double seconds = 0;
        double sinceSearch = 0;
        int steps = 0;
        for (Runbook.Step step : runbook.steps()) {
            long start = System.nanoTime();
            if (step.operation() == Runbook.Operation.SEARCH) {
                target.show();
                sinceSearch += since(start);
                long asked = System.nanoTime();
                int[][] tags = target.ask();
                searches.add(new Answers(step.number(), tags, sinceSearch, since(asked)));
                seconds += sinceSearch;
                sinceSearch = 0;
            } else {
                write(step, target);
                writes += step.count();
                sinceSearch += since(start);
            }
            done.accept(++steps);
        }
        long start = System.nanoTime();
        target.show();
        return new Replay(searches, writes, seconds + sinceSearch + since(start));
    }

    private static void write(Runbook.Step step, Target target)
            throws IOException, InterruptedException {
        for (int i = 0; i < step.count(); i++) {
            int tag = step.firstTag() + i;
            if (step.operation() == Runbook.Operation.DELETE) {
                target.remove(tag);
            } else {
                target.put(tag, step.firstRow() + i);
            }
        }
    }

    private static double since(long nanoTime) {
        return (System.nanoTime() - nanoTime) / NANOS_PER_SECOND;
    }

    /**
     * Gives a new system what is live at the end of a runbook, in an order drawn at random: by tag
     * the first that come could be of one class, and a codebook be learned from them.
     */
    static void fill(Target fresh, Map<Integer, Integer> rowByTag, long seed)
            throws IOException, InterruptedException {
        List<Map.Entry<Integer, Integer>> records = new ArrayList<>(rowByTag.entrySet());
        Collections.shuffle(records, new Random(seed));
        for (Map.Entry<Integer, Integer> each : records) {
            fresh.put(each.getKey(), each.getValue());
        }
        fresh.show();
    }
}
