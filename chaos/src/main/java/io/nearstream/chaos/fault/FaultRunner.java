package io.nearstream.chaos.fault;

import io.nearstream.chaos.fault.FaultKind.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a schedule: one thread for each lane, each fault at its time or as soon as the one before it
 * in its lane has been undone. A fault that cannot be done or undone is noted, and the rest goes
 * on. Thread-safe.
 */
public final class FaultRunner {
    private static final Logger LOG = LoggerFactory.getLogger(FaultRunner.class);

    /**
     * A fault as it was done.
     *
     * @param fault what was meant
     * @param began when it was about to be done, nanoseconds
     * @param ended when it had been undone, nanoseconds
     * @param notDone why it could not be done; empty if it was
     * @param notUndone why it could not be undone; empty if it was
     */
    public record Injected(Fault fault, long began, long ended, String notDone, String notUndone) {}

    private static final String TOO_LATE = "the time of the run was over";

    private final Schedule schedule;
    private final Duration length;
    private final List<? extends Injector> injectors;
    private final LongSupplier nanos;
    private final Consumer<String> progress;
    private final List<Injected> injected = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger nodeFaults = new AtomicInteger();

    /**
     * Nothing is done yet.
     *
     * @param length a fault that would last longer than this is not done: those before it took
     *     longer to be undone than the schedule could know
     * @param progress is told when a fault of a node begins and ends, from any thread
     */
    public FaultRunner(
            Schedule schedule,
            Duration length,
            List<? extends Injector> injectors,
            LongSupplier nanos,
            Consumer<String> progress) {
        this.schedule = schedule;
        this.length = length;
        this.injectors = List.copyOf(injectors);
        this.nanos = nanos;
        this.progress = progress;
    }

    /** Does all faults and returns when the last one has been undone, with all in their order. */
    public List<Injected> run() throws InterruptedException {
        long start = nanos.getAsLong();
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Lane lane : Lane.values()) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread thread = new Thread(() -> run(lane, start, done), "chaos-faults-" + lane);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
            lanes.add(done);
        }
        try {
            CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("A lane of faults has ended early.", failed.getCause());
        } finally {
            threads.forEach(Thread::interrupt);
        }
        List<Injected> all = new ArrayList<>(injected);
        all.sort(Comparator.comparingLong(Injected::began));
        return all;
    }

    /** Whether something is being done to a node now, or is about to be undone. */
    public boolean nodesTouched() {
        return nodeFaults.get() > 0;
    }

    private void run(Lane lane, long start, CompletableFuture<Void> done) {
        try {
            // Undoing may take long: what follows is put off with its distances.
            long late = 0;
            for (Fault fault : schedule.of(lane)) {
                long due = start + fault.start().toNanos() + late;
                if (due + fault.duration().toNanos() > start + length.toNanos()) {
                    injected.add(new Injected(fault, due, due, TOO_LATE, ""));
                } else {
                    sleepUntil(due);
                    inject(fault);
                    long end = start + fault.end().toNanos();
                    late = Math.max(late, nanos.getAsLong() - end);
                }
            }
            done.complete(null);
        } catch (InterruptedException | RuntimeException ended) {
            done.completeExceptionally(ended);
        }
    }

    private void inject(Fault fault) throws InterruptedException {
        Injector injector =
                injectors.stream()
                        .filter(one -> one.kinds().contains(fault.kind()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "Nobody injects " + fault.kind().key() + "."));
        boolean ofNodes = fault.kind().lane() == Lane.NODES;
        nodeFaults.addAndGet(ofNodes ? 1 : 0);
        long began = nanos.getAsLong();
        String notDone = "";
        try {
            LOG.info("Fault begins: {}", fault);
            tell(fault, "begins");
            notDone = attempt(() -> injector.begin(fault), "done");
            sleepUntil(began + fault.duration().toNanos());
        } finally {
            // Also after half a fault, and when the run is given up.
            String notUndone = attempt(() -> injector.end(fault), "undone");
            injected.add(new Injected(fault, began, nanos.getAsLong(), notDone, notUndone));
            nodeFaults.addAndGet(ofNodes ? -1 : 0);
            tell(fault, notDone.isEmpty() ? "is over" : "could not be done: " + notDone);
            if (!notUndone.isEmpty()) {
                tell(fault, "could not be undone: " + notUndone);
            }
        }
    }

    private void tell(Fault fault, String what) {
        if (fault.kind().lane() == Lane.NODES) {
            progress.accept(
                    "fault %d %s %s %s"
                            .formatted(fault.number(), fault.kind().key(), fault.node(), what));
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** What went wrong; empty if nothing did. */
    private static String attempt(Step step, String what) throws InterruptedException {
        try {
            step.run();
            return "";
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception e) {
            LOG.warn("A fault could not be {}.", what, e);
            return e.toString();
        }
    }

    private void sleepUntil(long moment) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(moment - nanos.getAsLong());
    }
}
