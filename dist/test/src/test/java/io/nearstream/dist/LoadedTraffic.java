package io.nearstream.dist;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.WriteReceipt;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writers of records and keys, and probers, that never stop while a cluster changes beneath them,
 * each in a thread of its own.
 */
final class LoadedTraffic {
    private static final int END_SECONDS = 120;

    /** Between two rounds of each thread: a steady load that leaves room for the cluster. */
    private static final long PAUSE_MS = 20;

    private final NearstreamClient client;
    private final TrafficProbes probes;
    private final BusyRecords busy;
    private final TrafficKeys keys;
    private final AtomicLong rounds = new AtomicLong();
    private final SplittableRandom random;
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private volatile boolean stopping;

    /** Something that is done again and again. */
    @FunctionalInterface
    interface Round {
        void run() throws Exception;
    }

    private LoadedTraffic(String bootstrap, SplittableRandom random) throws Exception {
        this.client = NearstreamClient.connect(bootstrap);
        this.random = random;
        probes = new TrafficProbes(client);
        busy = new BusyRecords(client, probes);
        keys = new TrafficKeys(client);
        QuietRecords quiet = new QuietRecords(client, probes, random);
        start("records", busy.writer(random.split()));
        start("keys", keys.writer(random.split()));
        start("quiet probes", quiet.prober(random.split()));
        start("busy probes", busy.prober(random.split()));
    }

    /** Starts all threads. */
    static LoadedTraffic start(String bootstrap, SplittableRandom random) throws Exception {
        return new LoadedTraffic(bootstrap, random);
    }

    private void start(String name, Round round) {
        running.add(
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                while (!stopping) {
                                    round.run();
                                    rounds.incrementAndGet();
                                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                                }
                            } catch (Exception failure) {
                                throw new IllegalStateException(name + " failed.", failure);
                            }
                        },
                        task -> daemon(task, name)));
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, "traffic of " + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The append time of the last of these, once all are acknowledged. */
    static long await(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        long last = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            last = Math.max(last, receipt.get(END_SECONDS, TimeUnit.SECONDS).appendTime());
        }
        return last;
    }

    /** Returns once so many more rounds are done; fails where a thread has. */
    void awaitMore(int more) throws Exception {
        long until = rounds.get() + more;
        while (rounds.get() < until) {
            for (CompletableFuture<Void> one : running) {
                if (one.isDone()) {
                    one.get();
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** Rounds of all threads so far. */
    long rounds() {
        return rounds.get();
    }

    /** Ends the load. */
    void stop() throws Exception {
        stopping = true;
        for (CompletableFuture<Void> one : running) {
            one.get(END_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Ids of all probes that were answered. */
    List<String> asked() {
        return probes.asked();
    }

    /** After the load: every record that was acknowledged is found, every key is read. */
    void assertWhole(List<String> stateAddresses) throws Exception {
        busy.assertWhole(random);
        keys.assertWhole(stateAddresses);
    }

    void close() {
        client.close();
    }
}
