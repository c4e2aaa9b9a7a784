package io.nearstream.bench.stream;

import io.nearstream.bench.stream.LiveSet.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What is true at each search step of a runbook and in its end: computed once, by an exact scan of
 * what is live then, and what every system is judged by. One thread at a time.
 */
final class Truth {
    private final StreamInput input;
    private final int k;
    private final List<double[]> bounds = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final double[] boundsAtEnd;
    private final LiveSet end;

    /** Scans; is told after each step how many are done. */
    Truth(StreamInput input, int k, IntConsumer done) {
        this.input = input;
        this.k = k;
        this.end = new LiveSet(input.space(), input.rows());
        int steps = 0;
        for (Runbook.Step step : input.runbook().steps()) {
            end.apply(step);
            if (step.operation() == Runbook.Operation.SEARCH) {
                bounds.add(end.bounds(input.queries(), k));
                sizes.add(end.size());
            }
            done.accept(++steps);
        }
        this.boundsAtEnd = end.bounds(input.queries(), k);
    }

    /** Records that are live at a search, counted from 0. */
    int live(int search) {
        return sizes.get(search);
    }

    /** What is live in the end. */
    LiveSet end() {
        return end;
    }

    /** Judges the answers to every search of the runbook. */
    List<Judgement> judge(List<Replay.Answers> searches) {
        if (searches.size() != bounds.size()) {
            throw new IllegalArgumentException(
                    "There are %d searches to judge, but %d in the runbook."
                            .formatted(searches.size(), bounds.size()));
        }
        LiveSet live = new LiveSet(input.space(), input.rows());
        List<Judgement> judged = new ArrayList<>();
        for (Runbook.Step step : input.runbook().steps()) {
            live.apply(step);
            if (step.operation() == Runbook.Operation.SEARCH) {
                int search = judged.size();
                int[][] tags = searches.get(search).tags();
                judged.add(live.judge(input.queries(), tags, bounds.get(search), k));
            }
        }
        return judged;
    }

    /** Judges answers to the queries after the runbook's last step. */
    Judgement judgeAtEnd(int[][] tags) {
        return end.judge(input.queries(), tags, boundsAtEnd, k);
    }
}
