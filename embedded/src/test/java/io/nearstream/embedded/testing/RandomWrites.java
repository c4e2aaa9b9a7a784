package io.nearstream.embedded.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Random upserts and deletes over a fixed set of ids of one collection, and what must be found of
 * them: of each id its last acknowledged write, or one sent behind it that was never acknowledged.
 * Not thread-safe.
 */
public final class RandomWrites {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int FETCH_MAX = 256;
    private static final int K_MAX = 1_000;
    private static final int K = 10;

    /** One write of an id; empty: a delete. */
    private record Sent(Optional<byte[]> vector, CompletableFuture<WriteReceipt> receipt) {
        boolean acknowledged() {
            return receipt.isDone() && !receipt.isCompletedExceptionally();
        }
    }

    private final CollectionSettings settings;
    private final int ids;
    private final SplittableRandom random;

    /** By id: the last write known to be acknowledged, and what was sent behind it. */
    private final Map<String, Deque<Sent>> sent = new TreeMap<>();

    private final List<Sent> outstanding = new ArrayList<>();

    private long asOf;

    /**
     * Writes to so many ids.
     *
     * @param settings of any collection; with a code, one that scores all ids again where {@value
     *     #K_MAX} hits are asked for
     */
    public RandomWrites(CollectionSettings settings, int ids, SplittableRandom random) {
        this.settings = settings;
        this.ids = ids;
        this.random = random;
    }

    /** A collection for such writes that is soon trained: uint8, L2. */
    public static CollectionSettings settings(String name, int dimensions, int trainAfter) {
        return new CollectionSettings(
                name,
                1,
                dimensions,
                Metric.L2,
                Encoding.UINT8,
                BucketScheme.LEARNED,
                0,
                0,
                7,
                0.95,
                trainAfter,
                32);
    }

    /** The collection that is written to. */
    public CollectionSettings collection() {
        return settings;
    }

    /** Sends so many writes: every third to an id that is live deletes it. */
    public void send(NearstreamClient client, int count) {
        for (int i = 0; i < count; i++) {
            String id = "v" + random.nextInt(ids);
            Deque<Sent> states = sent.computeIfAbsent(id, key -> new ArrayDeque<>());
            forgetReplaced(states);
            boolean live = !states.isEmpty() && states.getLast().vector().isPresent();
            Optional<byte[]> vector =
                    live && random.nextInt(3) == 0 ? Optional.empty() : Optional.of(vector());
            Sent write = new Sent(vector, send(client, id, vector));
            states.add(write);
            outstanding.add(write);
        }
    }

    private CompletableFuture<WriteReceipt> send(
            NearstreamClient client, String id, Optional<byte[]> vector) {
        return vector.map(bytes -> client.writer().upsert(VectorUpsert.of(settings, id, bytes)))
                .orElseGet(() -> client.writer().delete(settings.name(), id));
    }

    private byte[] vector() {
        return Kinds.vector(settings, random);
    }

    /** Floats may be summed up in another order here. */
    private double tolerance() {
        return settings.encoding().isFloat() ? 1e-5 : 0;
    }

    private static void forgetReplaced(Deque<Sent> states) {
        while (states.size() > 1 && states.stream().skip(1).anyMatch(Sent::acknowledged)) {
            states.removeFirst();
        }
    }

    /**
     * Waits until every write is acknowledged or has failed.
     *
     * @return the newest append time that was acknowledged, in milliseconds since 1970
     */
    public long awaitOutcome() throws InterruptedException, TimeoutException {
        for (Sent write : outstanding) {
            try {
                WriteReceipt receipt =
                        write.receipt().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
                asOf = Math.max(asOf, receipt.appendTime());
            } catch (ExecutionException notAcknowledged) {
                assertThat(write.acknowledged()).isFalse(); // it may stand or not
            }
        }
        outstanding.clear();
        return asOf;
    }

    /**
     * Every id is as its writes left it, none is found twice, and exhaustive answers are those of
     * brute force. The newest write must be acknowledged: it is what the probes wait for.
     */
    public void assertFound(NearstreamClient client) throws Exception {
        awaitOutcome();
        Map<String, byte[]> live = fetchAll(client);
        for (int i = 0; i < 20; i++) {
            byte[] query = vector();
            ProbeResult result =
                    ask(client, ProbeRequest.nearest(settings.name(), K_MAX, List.of(query)));
            List<Hit> hits = result.getAnswers().get(0).getHits();
            List<String> found = hits.stream().map(Hit::getId).toList();
            assertThat(found).doesNotHaveDuplicates();
            assertThat(live.keySet()).containsAll(found);
            assertThat(hits.stream().mapToDouble(Hit::getDistance).toArray())
                    .containsExactly(exact(live, query, K_MAX), within(tolerance()));
        }
        ProbeResult all = ask(client, ProbeRequest.within(settings.name(), 1e6, List.of(vector())));
        assertThat(all.getAnswers().get(0).getHits().stream().map(Hit::getId))
                .containsExactlyInAnyOrderElementsOf(live.keySet());
    }

    /**
     * Probes of the usual effort answer what they would had nothing ever failed: the nearest of
     * those records that a codebook puts into the buckets it visits for the query. So recall is
     * that of a run without faults. A record that was replaced lately may be found in a bucket that
     * it left, too, until a checkpoint is complete: that it goes then is waited for.
     */
    public void assertFoundByBuckets(NearstreamClient client, Generation codebook)
            throws Exception {
        awaitOutcome();
        Map<String, byte[]> live = fetchAll(client);
        int probes = codebook.probes(settings.targetRecall(), K);
        assertThat(probes).as("not exhaustive").isLessThan(codebook.bucketCount());
        for (int i = 0; i < 200; i++) {
            byte[] query = vector();
            int[] visited = codebook.probe(query, probes);
            Map<String, byte[]> visible = new TreeMap<>(live);
            visible.entrySet()
                    .removeIf(
                            record ->
                                    Collections.disjoint(
                                            asList(visited),
                                            asList(
                                                    codebook.place(
                                                            record.getKey(), record.getValue()))));
            Await.until(
                    "records have gone from the buckets that they left",
                    () -> findsNothingElse(client, query, live, visible));
        }
    }

    /** Whether an answer is made of what is visible; it has at least that, and what is live. */
    private boolean findsNothingElse(
            NearstreamClient client,
            byte[] query,
            Map<String, byte[]> live,
            Map<String, byte[]> visible) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.nearest(settings.name(), K, List.of(query))
                                        .atLeast(asOf)
                                        .deadline(DEADLINE));
        assertThat(result.getStatus()).as(result.toString()).isEqualTo(ProbeStatus.COMPLETE);
        List<Hit> hits = result.getAnswers().get(0).getHits();
        Map<String, byte[]> seen = new TreeMap<>(visible);
        for (Hit hit : hits) {
            assertThat(live).containsKey(hit.getId());
            seen.put(hit.getId(), live.get(hit.getId()));
        }
        assertThat(hits.stream().mapToDouble(Hit::getDistance).toArray())
                .containsExactly(exact(seen, query, K), within(tolerance()));
        return seen.size() == visible.size();
    }

    private static List<Integer> asList(int[] buckets) {
        return IntStream.of(buckets).boxed().toList();
    }

    /** The vectors there are, by id, each one that its writes allow. */
    private Map<String, byte[]> fetchAll(NearstreamClient client) {
        Map<String, byte[]> live = new TreeMap<>();
        List<String> names = IntStream.range(0, ids).mapToObj(id -> "v" + id).toList();
        for (int from = 0; from < ids; from += FETCH_MAX) {
            List<String> some = names.subList(from, Math.min(ids, from + FETCH_MAX));
            ProbeResult result =
                    ask(client, ProbeRequest.fetch(settings.name(), some).withVectors());
            for (int i = 0; i < some.size(); i++) {
                List<Hit> hits = result.getAnswers().get(i).getHits();
                assertThat(hits).as(some.get(i)).hasSizeLessThan(2);
                Optional<byte[]> found =
                        hits.stream().findFirst().map(hit -> bytes(hit.getVector()));
                assertAllowed(some.get(i), found);
                found.ifPresent(vector -> live.put(hits.get(0).getId(), vector));
            }
        }
        return live;
    }

    private void assertAllowed(String id, Optional<byte[]> found) {
        Deque<Sent> states = sent.getOrDefault(id, new ArrayDeque<>());
        List<ByteBuffer> allowed =
                new ArrayList<>(states.stream().map(state -> comparable(state.vector())).toList());
        if (states.isEmpty() || !states.getFirst().acknowledged()) {
            allowed.add(comparable(Optional.empty())); // nothing of it was ever acknowledged
        }
        assertThat(comparable(found)).as("%s of %s", id, settings.name()).isIn(allowed);
    }

    private static ByteBuffer comparable(Optional<byte[]> vector) {
        return ByteBuffer.wrap(vector.orElse(new byte[0]));
    }

    private ProbeResult ask(NearstreamClient client, ProbeRequest request) {
        ProbeResult result =
                client.prober().ask(request.exhaustive().atLeast(asOf).deadline(DEADLINE));
        assertThat(result.getStatus()).as(result.toString()).isEqualTo(ProbeStatus.COMPLETE);
        return result;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private double[] exact(Map<String, byte[]> live, byte[] query, int k) {
        return live.values().stream()
                .mapToDouble(vector -> Kinds.distance(settings, query, vector))
                .sorted()
                .limit(k)
                .toArray();
    }

    /** Euclidean, of bytes from 0 to 255. */
    public static double distance(byte[] left, byte[] right) {
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            int difference = (left[i] & 0xff) - (right[i] & 0xff);
            sum += (long) difference * difference;
        }
        return Math.sqrt(sum);
    }
}
