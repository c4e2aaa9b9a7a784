package io.nearstream.embedded.testing;

import io.nearstream.client.NearstreamClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends {@link RandomWrites} in a thread of its own, a few once those before are acknowledged,
 * until it is stopped. The writes belong to that thread until {@link #stop} returns.
 */
public final class BackgroundWriter {
    private static final Duration END_TIMEOUT = Duration.ofSeconds(120);
    private static final int AT_A_TIME = 8;

    private final CompletableFuture<Void> ended;
    private volatile boolean stopping;
    private volatile long acknowledged;

    private BackgroundWriter(NearstreamClient client, List<RandomWrites> loads) {
        ended = CompletableFuture.runAsync(() -> run(client, loads), task -> thread(task));
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "background-writer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts to write. */
    public static BackgroundWriter start(NearstreamClient client, RandomWrites writes) {
        return new BackgroundWriter(client, List.of(writes));
    }

    /** Starts to write to several collections in turn, as much to each. */
    public static BackgroundWriter start(NearstreamClient client, List<RandomWrites> loads) {
        return new BackgroundWriter(client, List.copyOf(loads));
    }

    private void run(NearstreamClient client, List<RandomWrites> loads) {
        try {
            while (!stopping) {
                loads.forEach(writes -> writes.send(client, AT_A_TIME));
                for (RandomWrites writes : loads) {
                    writes.awaitOutcome();
                }
                acknowledged += AT_A_TIME;
            }
        } catch (Exception failure) {
            throw new IllegalStateException("The background writer failed.", failure);
        }
    }

    /** Returns once so many more writes are done, to each collection, than now. */
    public void awaitMore(long writes) throws Exception {
        long until = acknowledged + writes;
        Await.until(
                writes + " more writes are acknowledged",
                () -> acknowledged >= until || ended.isDone());
        if (ended.isDone()) {
            ended.get();
        }
    }

    /** Ends it; a failure of its own is thrown here. */
    public void stop() throws Exception {
        stopping = true;
        ended.get(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
