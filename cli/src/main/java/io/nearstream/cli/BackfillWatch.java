package io.nearstream.cli;

import io.nearstream.cluster.BackfillProbe;
import io.nearstream.cluster.BackfillReport;
import io.nearstream.cluster.Jobs;
import io.nearstream.embedded.FlinkFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Says how far the files of a backfill are read, until they have ended, or the job has. */
final class BackfillWatch {
    private static final long POLL_MS = 500;
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    /** Figures are older than the end of the files by less than this. */
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    /** Looks how far they are. */
    @FunctionalInterface
    interface Look {
        /** Looks; empty where no job reads them. */
        Optional<BackfillReport> now() throws IOException;
    }

    /** What time it is, and that it goes on. */
    interface Time {
        long nanos();

        void pass(long ms) throws InterruptedException;
    }

    private static final Time REAL =
            new Time() {
                @Override
                public long nanos() {
                    return System.nanoTime();
                }

                @Override
                public void pass(long ms) throws InterruptedException {
                    TimeUnit.MILLISECONDS.sleep(ms);
                }
            };

    private final Look look;
    private final PrintWriter out;
    private final Time time;

    /** Looks at nothing yet. */
    BackfillWatch(Look look, PrintWriter out, Time time) {
        this.look = look;
        this.out = out;
        this.time = time;
    }

    /**
     * Watches in a thread of its own, which keeps nobody from ending.
     *
     * @param rest of the cluster
     * @param closing whether it ends, so that it need not answer
     */
    static void start(BackfillProbe probe, URI rest, PrintWriter out, BooleanSupplier closing) {
        Thread thread =
                new Thread(() -> run(probe, rest, out, closing), "nearstream-backfill-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run(
            BackfillProbe probe, URI rest, PrintWriter out, BooleanSupplier closing) {
        try (Jobs jobs = BackfillProbe.jobsAt(rest)) {
            OptionalLong total = probe.total();
            new BackfillWatch(() -> probe.look(jobs, () -> total), out, REAL).watch();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (FlinkFailure | IOException silent) {
            if (!closing.getAsBoolean()) {
                out.println(
                        "! How far the backfill is cannot be told: " + Failures.message(silent));
                out.flush();
            }
        }
    }

    /** Watches, and returns when there is no more to be seen. */
    void watch() throws IOException, InterruptedException {
        Optional<BackfillReport> first = look.now();
        if (first.isEmpty()) {
            return;
        }
        if (first.get().ended()) {
            say(first.get().text() + "; --backfill can be left out");
            return;
        }
        OptionalLong total = first.get().total();
        BackfillReport last = first.get();
        long began = time.nanos();
        long said = began;
        OptionalLong end = OptionalLong.empty();
        try (Progress progress = Progress.start("backfill", total)) {
            while (end.isEmpty() || !isLast(last, total, end.getAsLong())) {
                progress.to(last.rows());
                time.pass(POLL_MS);
                Optional<BackfillReport> now = look.now();
                if (now.isEmpty()) {
                    say(last.text() + "; the ingest job does not run any more");
                    return;
                }
                last = now.get();
                if (last.ended() && end.isEmpty()) {
                    end = OptionalLong.of(time.nanos());
                }
                if (!last.ended() && !progress.isShown() && time.nanos() - said > LINE_NANOS) {
                    said = time.nanos();
                    say(last.text());
                }
            }
        }
        say(
                "%s: %,d rows in about %.0f s, also those that were refused or that newer writes replaced. Searches with --strong see all others."
                        .formatted(
                                last.text(),
                                last.rows(),
                                (end.getAsLong() - began) / (double) TimeUnit.SECONDS.toNanos(1)));
    }

    /** Whether the figure is that of the end, which it may lag behind. */
    private boolean isLast(BackfillReport report, OptionalLong total, long end) {
        return report.rows() == total.orElse(-1) || time.nanos() - end > FRESH_NANOS;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
