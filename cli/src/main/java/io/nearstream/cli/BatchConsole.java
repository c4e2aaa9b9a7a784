package io.nearstream.cli;

import io.nearstream.jobs.batch.BatchProgress;
import java.io.PrintWriter;
import java.util.OptionalLong;
import javax.annotation.Nullable;

/**
 * Shows people how far a run is: a bar on a terminal, and a line with the rate when a part is over.
 */
final class BatchConsole implements BatchProgress, AutoCloseable {
    private static final double NANOS = 1e9;

    private final PrintWriter err;
    @Nullable private Progress bar;
    private String name = "";
    private boolean counts;
    private long began;
    private long done;

    BatchConsole(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void stage(String next, OptionalLong total) {
        close();
        name = next;
        began = System.nanoTime();
        done = 0;
        counts = false;
        bar = Progress.startBeside(next, total);
    }

    @Override
    public void to(long now) {
        done = now;
        counts = true;
        if (bar != null) {
            bar.to(now);
        }
    }

    /** The part that runs is over. */
    @Override
    public void close() {
        if (bar == null) {
            return;
        }
        bar.close();
        bar = null;
        double seconds = (System.nanoTime() - began) / NANOS;
        if (counts) {
            err.printf("%-8s %,12d  %8.1f s  %,12.0f /s%n", name, done, seconds, done / seconds);
        } else {
            err.printf("%-8s %12s  %8.1f s%n", name, "", seconds);
        }
        err.flush();
    }
}
