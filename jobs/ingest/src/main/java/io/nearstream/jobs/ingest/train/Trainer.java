package io.nearstream.jobs.ingest.train;

import io.nearstream.core.codes.CellCodes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.annotation.Nullable;

/**
 * Trains one generation at a time on a thread of its own, so that only one sample is in memory. Its
 * methods are called by one thread and none of them waits.
 */
final class Trainer implements AutoCloseable {
    private final ExecutorService thread;
    @Nullable private CollectionSettings settings;
    @Nullable private Future<Trained> result;

    Trainer(ClassLoader classes) {
        thread =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread worker = new Thread(task, "learn-buckets");
                            worker.setDaemon(true);
                            worker.setContextClassLoader(classes);
                            return worker;
                        });
    }

    /**
     * What a training came to.
     *
     * @param generation empty where it failed, or there is none to be had
     * @param largestShare of the sample, 0 to 1: what the fullest bucket holds; 0 where it was not
     *     asked for
     * @param failure empty where it did not
     */
    record Outcome(
            CollectionSettings settings,
            Optional<Generation> generation,
            double largestShare,
            Optional<Throwable> failure) {}

    private record Trained(Optional<Generation> generation, double largestShare) {}

    /** Whether a training has been started whose outcome was not taken. */
    boolean isBusy() {
        return result != null;
    }

    /** Starts the training of generation 1; none may be under way. */
    void start(CollectionSettings collection, List<byte[]> sample) {
        take(collection);
        result =
                thread.submit(
                        () -> {
                            Generation generation = CellCodes.train(collection, sample);
                            return new Trained(
                                    Optional.of(generation),
                                    GenerationTrainer.largestShare(generation, sample));
                        });
    }

    /** Starts the making of a further generation; no training may be under way. */
    void startNext(CollectionSettings collection, Callable<Optional<Generation>> making) {
        take(collection);
        result = thread.submit(() -> new Trained(making.call(), 0));
    }

    private void take(CollectionSettings collection) {
        if (isBusy()) {
            throw new IllegalStateException("A training is under way.");
        }
        settings = collection;
    }

    /** The outcome, once, when there is one. */
    Optional<Outcome> poll() throws InterruptedException {
        if (result == null || !result.isDone()) {
            return Optional.empty();
        }
        Outcome outcome;
        try {
            Trained trained = result.get();
            outcome =
                    new Outcome(
                            settings,
                            trained.generation(),
                            trained.largestShare(),
                            Optional.empty());
        } catch (ExecutionException failed) {
            outcome = new Outcome(settings, Optional.empty(), 0, Optional.of(failed.getCause()));
        }
        settings = null;
        result = null;
        return Optional.of(outcome);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
