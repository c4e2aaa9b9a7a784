package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writers of records and keys, and probers, that never stop while a cluster changes beneath them,
 * each in a thread of its own. Records of one collection are quiet: of these every answer must be
 * that of brute force. Those of the other are written, replaced and deleted all the time: every one
 * that was acknowledged before a probe was sent must be in its answer. Every probe must be
 * answered, completely, before its deadline.
 */
final class LoadedTraffic {
    private static final String QUIET = "quiet";
    private static final String BUSY = "busy";
    private static final int QUIET_RECORDS = 300;
    private static final int IDS = 400;
    private static final int AT_A_TIME = 10;
    private static final int K = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int END_SECONDS = 120;

    /** Between two rounds of each thread: a steady load that leaves room for the cluster. */
    private static final long PAUSE_MS = 20;

    private final NearstreamClient client;
    private final CollectionSettings busy;
    private final Map<String, byte[]> quiet = new TreeMap<>();
    private final Map<String, State> records = new HashMap<>();
    private final Map<String, Optional<byte[]>> keys = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final AtomicLong rounds = new AtomicLong();
    private final long quietAsOf;
    private final SplittableRandom random;
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private volatile boolean stopping;

    /** What a record is since its last write; another object after each. */
    private static final class State {
        private final Optional<byte[]> vector;

        private State(Optional<byte[]> vector) {
            this.vector = vector;
        }
    }

    /** Something that is done again and again. */
    @FunctionalInterface
    private interface Round {
        void run() throws Exception;
    }

    private LoadedTraffic(String bootstrap, SplittableRandom random) throws Exception {
        this.client = NearstreamClient.connect(bootstrap);
        this.random = random;
        CollectionSettings still = create(QUIET);
        busy = create(BUSY);
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < QUIET_RECORDS; i++) {
            byte[] vector = vector(random);
            quiet.put("q" + i, vector);
            receipts.add(client.writer().upsert(VectorUpsert.of(still, "q" + i, vector)));
        }
        quietAsOf = await(receipts);
    }

    /** Starts all threads. */
    static LoadedTraffic start(String bootstrap, SplittableRandom random) throws Exception {
        LoadedTraffic traffic = new LoadedTraffic(bootstrap, random);
        traffic.start("records", traffic.recordWriter(random.split()));
        traffic.start("keys", traffic.keyWriter(random.split()));
        traffic.start("quiet probes", traffic.quietProber(random.split()));
        traffic.start("busy probes", traffic.busyProber(random.split()));
        return traffic;
    }

    private CollectionSettings create(String name) {
        return client.collections()
                .create(CollectionSettings.learned(name, 0, 4, Metric.L2, Encoding.UINT8));
    }

    private static byte[] vector(SplittableRandom random) {
        byte[] vector = new byte[4];
        random.nextBytes(vector);
        return vector;
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

    private static long await(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        long last = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            last = Math.max(last, receipt.get(END_SECONDS, TimeUnit.SECONDS).appendTime());
        }
        return last;
    }

    /** Each id once in a round; what is acknowledged is known to the probers from then on. */
    private Round recordWriter(SplittableRandom own) {
        return () -> {
            int first = own.nextInt(IDS);
            Map<String, State> sent = new HashMap<>();
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            for (int i = first; i < first + AT_A_TIME; i++) {
                String id = "r" + i % IDS;
                Optional<byte[]> next =
                        own.nextInt(4) == 0 ? Optional.empty() : Optional.of(vector(own));
                sent.put(id, new State(next));
                receipts.add(
                        next.map(v -> client.writer().upsert(VectorUpsert.of(busy, id, v)))
                                .orElseGet(() -> client.writer().delete(BUSY, id)));
            }
            synchronized (records) {
                // Until it is acknowledged, it may be seen or not: not to be judged.
                records.keySet().removeAll(sent.keySet());
            }
            await(receipts);
            synchronized (records) {
                records.putAll(sent);
            }
        };
    }

    private Round keyWriter(SplittableRandom own) {
        return () -> {
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            for (int i = 0; i < AT_A_TIME; i++) {
                String key = "key" + own.nextInt(IDS);
                Optional<byte[]> value =
                        own.nextInt(4) == 0
                                ? Optional.empty()
                                : Optional.of(
                                        Long.toString(own.nextLong())
                                                .getBytes(StandardCharsets.UTF_8));
                keys.put(key, value);
                receipts.add(
                        client.keyValues()
                                .writer()
                                .append(
                                        value.map(v -> KeyValueRequest.put(key, v))
                                                .orElseGet(() -> KeyValueRequest.delete(key))));
            }
            await(receipts);
        };
    }

    /** The nearest of records that never change, exactly. */
    private Round quietProber(SplittableRandom own) {
        return () -> {
            byte[] query = vector(own);
            ProbeResult result =
                    ask(
                            ProbeRequest.nearest(QUIET, K, List.of(query))
                                    .exhaustive()
                                    .atLeast(quietAsOf));
            double[] exact =
                    quiet.values().stream()
                            .mapToDouble(vector -> distance(query, vector))
                            .sorted()
                            .limit(K)
                            .toArray();
            List<Hit> hits = result.getAnswers().get(0).getHits();
            assertThat(hits.stream().map(Hit::getId)).doesNotHaveDuplicates();
            assertThat(hits.stream().mapToDouble(Hit::getDistance).toArray())
                    .containsExactly(exact);
        };
    }

    /** Records that are written all the time, as they were acknowledged, in a strong probe. */
    private Round busyProber(SplittableRandom own) {
        return () -> {
            Map<String, State> before = judged();
            ProbeResult result =
                    ask(
                            ProbeRequest.within(BUSY, 1e6, List.of(vector(own)))
                                    .maxHits(2 * IDS)
                                    .exhaustive()
                                    .withVectors()
                                    .strong());
            Map<String, byte[]> found = found(result);
            Map<String, State> after = judged();
            before.forEach(
                    (id, state) -> {
                        // Not written in between.
                        if (after.get(id) == state) {
                            assertThat(Optional.ofNullable(found.get(id)).map(ByteBuffer::wrap))
                                    .as(id)
                                    .isEqualTo(state.vector.map(ByteBuffer::wrap));
                        }
                    });
        };
    }

    private Map<String, State> judged() {
        synchronized (records) {
            return new HashMap<>(records);
        }
    }

    private static Map<String, byte[]> found(ProbeResult result) {
        Map<String, byte[]> found = new HashMap<>();
        for (Hit hit : result.getAnswers().get(0).getHits()) {
            byte[] vector = new byte[hit.getVector().remaining()];
            hit.getVector().duplicate().get(vector);
            assertThat(found.put(hit.getId(), vector)).as("twice: %s", hit.getId()).isNull();
        }
        return found;
    }

    private ProbeResult ask(ProbeRequest request) {
        ProbeResult result = client.prober().ask(request.deadline(PATIENCE));
        assertThat(result.getStatus()).as(result.toString()).hasToString("COMPLETE");
        synchronized (asked) {
            asked.add(result.getProbeId());
        }
        return result;
    }

    private static double distance(byte[] left, byte[] right) {
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            long difference = (left[i] & 0xff) - (right[i] & 0xff);
            sum += difference * difference;
        }
        return Math.sqrt(sum);
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
        return List.copyOf(asked);
    }

    /** After the load: every record that was acknowledged is found, every key is read. */
    void assertWhole(List<String> stateAddresses) throws Exception {
        ProbeResult all =
                ask(
                        ProbeRequest.within(BUSY, 1e6, List.of(vector(random)))
                                .maxHits(2 * IDS)
                                .exhaustive()
                                .withVectors()
                                .strong());
        Map<String, ByteBuffer> expected = new TreeMap<>();
        records.forEach(
                (id, state) ->
                        state.vector.ifPresent(
                                vector -> expected.put(id, ByteBuffer.wrap(vector))));
        Map<String, ByteBuffer> there = new TreeMap<>();
        found(all).forEach((id, vector) -> there.put(id, ByteBuffer.wrap(vector)));
        assertThat(there).isEqualTo(expected);
        try (KeyValueReader strong = client.keyValues().strong();
                KeyValueReader live =
                        client.keyValues()
                                .live(LiveReadOptions.of(stateAddresses).withDeadline(PATIENCE))) {
            for (Map.Entry<String, Optional<byte[]>> key : keys.entrySet()) {
                assertKey(strong, key);
                assertKey(live, key);
            }
        }
    }

    private static void assertKey(KeyValueReader reader, Map.Entry<String, Optional<byte[]>> key)
            throws Exception {
        assertThat(reader.get(key.getKey()).get().map(read -> ByteBuffer.wrap(read.value())))
                .as(key.getKey())
                .isEqualTo(key.getValue().map(ByteBuffer::wrap));
    }

    void close() {
        client.close();
    }
}
