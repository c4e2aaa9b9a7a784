package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.FaultRunner;
import io.nearstream.chaos.fault.Target;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes down, once a second, whether the jobs may have gone back. While something is done to a
 * node, while the system is not healthy, and for some seconds after, nobody can tell: a node that
 * was stopped may still answer for an earlier life of the job.
 */
final class Looker implements AutoCloseable {
    private static final long EVERY_MS = 1_000;
    private static final long SETTLE_NANOS = 5_000_000_000L;

    private final Target target;
    private final FaultRunner faults;
    private final Journal journal;
    private final Thread thread = new Thread(this::run, "chaos-look");
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    Looker(Target target, FaultRunner faults, Journal journal) {
        this.target = target;
        this.faults = faults;
        this.journal = journal;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long troubled = System.nanoTime();
        try {
            while (!stopped) {
                if (faults.nodesTouched() || !target.problems().isEmpty()) {
                    troubled = System.nanoTime();
                }
                boolean settled = System.nanoTime() - troubled > SETTLE_NANOS;
                journal.look(
                        settled
                                ? target.epoch().orElse(History.Look.UNKNOWN)
                                : History.Look.UNKNOWN);
                TimeUnit.MILLISECONDS.sleep(EVERY_MS);
            }
        } catch (InterruptedException impossible) {
            failure.set(new IllegalStateException("Nobody interrupts it.", impossible));
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
        if (failure.get() != null) {
            throw new IllegalStateException("Nobody looked at the jobs any more.", failure.get());
        }
    }
}
