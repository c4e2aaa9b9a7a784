package io.nearstream.cli;

import io.nearstream.cluster.BackfillProbe;
import io.nearstream.cluster.BackfillReport;
import io.nearstream.cluster.Jobs;
import io.nearstream.embedded.FlinkFailure;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Says how far the files of a backfill are read, until they have ended. */
final class BackfillWatch {
    private static final long POLL_MS = 500;
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    /** Figures are older than the end of the files by less than this. */
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private final BackfillProbe probe;
    private final URI rest;
    private final PrintWriter out;
    private final BooleanSupplier closing;

    /**
     * Looks at nothing yet.
     *
     * @param rest of the cluster
     * @param closing whether it ends, so that it need not answer
     */
    BackfillWatch(BackfillProbe probe, URI rest, PrintWriter out, BooleanSupplier closing) {
        this.probe = probe;
        this.rest = rest;
        this.out = out;
        this.closing = closing;
    }

    /** Watches in a thread of its own, which keeps nobody from ending. */
    void start() {
        Thread thread = new Thread(this::run, "nearstream-backfill-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (Jobs jobs = BackfillProbe.jobsAt(rest)) {
            watch(jobs);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (FlinkFailure silent) {
            if (!closing.getAsBoolean()) {
                say("! How far the backfill is cannot be told: " + silent.getMessage());
            }
        }
    }

    private void watch(Jobs jobs) throws InterruptedException {
        Optional<BackfillReport> first = probe.look(jobs);
        if (first.isEmpty()) {
            return;
        }
        BackfillReport now = first.get();
        boolean before = now.ended();
        long began = System.nanoTime();
        long end = 0;
        long said = began;
        try (Progress progress = Progress.start("backfill", now.total())) {
            while (!before && (!now.ended() || !isLast(now, end))) {
                progress.to(now.rows());
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
                boolean ended = now.ended();
                now = probe.look(jobs).orElse(now);
                if (now.ended() && !ended) {
                    end = System.nanoTime();
                }
                if (!now.ended() && !progress.isShown() && System.nanoTime() - said > LINE_NANOS) {
                    said = System.nanoTime();
                    say(now.text());
                }
            }
        }
        say(
                before
                        ? now.text() + "; --backfill can be left out"
                        : "%s, %,d rows in about %.0f s; what asks --strong sees them all"
                                .formatted(
                                        now.text(),
                                        now.rows(),
                                        (end - began) / (double) TimeUnit.SECONDS.toNanos(1)));
    }

    /** Whether the figure is that of the end, which it may lag behind. */
    private static boolean isLast(BackfillReport report, long end) {
        return report.total().orElse(-1) == report.rows() || System.nanoTime() - end > FRESH_NANOS;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
