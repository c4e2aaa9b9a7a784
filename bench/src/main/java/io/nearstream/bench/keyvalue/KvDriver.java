package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.client.NearstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * Runs operations on a store with a number of them in flight. The same seed makes the same
 * operations of each thread in the same order.
 *
 * @param keys the keys
 * @param store what is measured
 * @param way how it reads
 * @param inFlight operations under way, of all threads together
 * @param threads that send them, 1 to {@code inFlight}
 * @param beside runs every now and then between two operations of the first thread
 */
record KvDriver(
        KeySpace keys, KvStore store, ReadWay way, int inFlight, int threads, Runnable beside) {
    private static final Runnable NOTHING = () -> {};

    /** Between two looks aside: rare for a cache's gets, and still within a tenth of a ms. */
    private static final int OPERATIONS_BETWEEN = 32;

    /**
     * Of so many cached reads one is timed: a look at the clock waits until the processor has ended
     * all before it, and two cost an eighth of the read between them.
     */
    static final int CACHED_READS_PER_TIMED = 8;

    KvDriver {
        if (threads < 1 || threads > inFlight) {
            throw new IllegalArgumentException(
                    "threads must be between 1 and the %d operations in flight, but was %d."
                            .formatted(inFlight, threads));
        }
    }

    /** With one thread and nothing beside. */
    static KvDriver of(KeySpace keys, KvStore store, ReadWay way, int inFlight) {
        return new KvDriver(keys, store, way, inFlight, 1, NOTHING);
    }

    /** One step of a thread. */
    private interface Step {
        /**
         * Takes it.
         *
         * @param ended runs when it is over, unless that is when this returns
         * @return whether it is over
         */
        boolean take(long number, Histogram readNanos, Runnable ended);
    }

    /** Puts the first value of every key that is to be loaded. */
    KvRun load(BenchProgress.Stage stage) throws InterruptedException {
        KvTally tally = new KvTally();
        KvOperations operations = new KvOperations(store, keys, way, tally);
        KvRun loaded =
                run(
                        keys.known(),
                        thread ->
                                (number, readNanos, ended) -> {
                                    int key = (int) (number * threads + thread);
                                    if (key >= keys.known()) {
                                        return true;
                                    }
                                    operations.put(Operation.INSERT, key, ended);
                                    return false;
                                },
                        tally,
                        stage);
        keys.loaded();
        return loaded;
    }

    /** Runs so many operations of a workload. */
    KvRun run(
            Workload workload,
            Distribution distribution,
            long count,
            long seed,
            BenchProgress.Stage stage)
            throws InterruptedException {
        KvTally tally = new KvTally();
        KvOperations operations = new KvOperations(store, keys, way, tally);
        SplittableRandom seeds = new SplittableRandom(seed);
        return run(
                count,
                thread -> {
                    Draws draws =
                            new Draws(
                                    workload,
                                    distribution.chooser(keys.known(), keys::known),
                                    seeds.split(),
                                    keys,
                                    share(count));
                    return (number, readNanos, ended) -> {
                        int draw = draws.next();
                        Operation operation = Draws.operation(draw);
                        if (operation == Operation.READ) {
                            return operations.read(
                                    Draws.key(draw), weight(number), readNanos, ended);
                        }
                        if (operation == Operation.READ_MODIFY_WRITE) {
                            operations.readModifyWrite(Draws.key(draw), ended);
                        } else {
                            operations.put(operation, Draws.key(draw), ended);
                        }
                        return false;
                    };
                },
                tally,
                stage);
    }

    /** How many reads the time of this one stands for. */
    private int weight(long number) {
        if (way != ReadWay.CACHED) {
            return 1;
        }
        return number % CACHED_READS_PER_TIMED == 0 ? CACHED_READS_PER_TIMED : 0;
    }

    /** Operations of each thread. */
    private long share(long count) {
        return (count + threads - 1) / threads;
    }

    private KvRun run(long count, IntFunction<Step> steps, KvTally tally, BenchProgress.Stage stage)
            throws InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        LongAdder done = new LongAdder();
        try {
            List<Step> prepared = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                prepared.add(steps.apply(thread));
            }
            long share = share(count);
            long start = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Step step = prepared.get(thread);
                // What does not divide evenly is the first threads'.
                int mine = inFlight / threads + (thread < inFlight % threads ? 1 : 0);
                Runnable aside = thread == 0 ? aside(stage, done) : NOTHING;
                running.add(
                        workers.submit(
                                () -> {
                                    work(share, mine, step, tally, aside, done);
                                    return null;
                                }));
            }
            for (Future<?> worker : running) {
                await(worker);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            stage.to(count);
            return KvRun.of(share * threads, seconds, tally);
        } finally {
            workers.shutdownNow();
        }
    }

    private Runnable aside(BenchProgress.Stage stage, LongAdder done) {
        return () -> {
            beside.run();
            stage.to(done.sum());
        };
    }

    private void work(
            long count, int mine, Step step, KvTally tally, Runnable aside, LongAdder done)
            throws InterruptedException {
        Semaphore free = new Semaphore(mine);
        Runnable ended = free::release;
        Histogram readNanos = new Histogram(Latency.DIGITS);
        boolean mayGo = false;
        for (long number = 0; number < count; number++) {
            if (!mayGo) {
                free.acquire();
            }
            mayGo = step.take(number, readNanos, ended); // what has ended leaves its place
            if (number % OPERATIONS_BETWEEN == 0) {
                tally.requireHope();
                done.add(OPERATIONS_BETWEEN);
                aside.run();
            }
        }
        free.acquire(mayGo ? mine - 1 : mine);
        tally.add(readNanos);
        tally.requireHope();
    }

    private static void await(Future<?> worker) throws InterruptedException {
        try {
            worker.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof NearstreamException known) {
                throw known;
            }
            throw new NearstreamException(
                    "The workload ended early: " + failed.getCause(), failed.getCause());
        }
    }
}
