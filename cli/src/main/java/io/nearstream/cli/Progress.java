package io.nearstream.cli;

import java.io.PrintStream;
import java.util.OptionalLong;
import javax.annotation.Nullable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a terminal, and nothing anywhere else. */
final class Progress implements AutoCloseable {
    /** Set by the start script, which can tell. */
    private static final String TERMINAL_PROPERTY = "nearstream.terminal";

    private static final int REDRAW_MS = 200;

    @Nullable private final ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Begins.
     *
     * @param total how many steps there will be, where that is known
     */
    static Progress start(String task, OptionalLong total) {
        return start(task, total, System.out);
    }

    /** The same where results go to the output: beside them. */
    static Progress startBeside(String task, OptionalLong total) {
        return start(task, total, System.err);
    }

    private static Progress start(String task, OptionalLong total, PrintStream to) {
        if (!Boolean.getBoolean(TERMINAL_PROPERTY)) {
            return new Progress(null);
        }
        return new Progress(
                new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(total.orElse(-1))
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(REDRAW_MS)
                        .setConsumer(new ConsoleProgressBarConsumer(to))
                        .showSpeed()
                        .build());
    }

    /** Whether there is a bar to be seen. */
    boolean isShown() {
        return bar != null;
    }

    void to(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
