package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.testing.Samples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;

/** Random writes, flushes, restores and probes beside a plain map. */
final class BucketModel {
    private static final List<String> LABELS = List.of("red", "green", "blue");
    private static final long EXPIRY = 1_000;

    private record Stored(
            long version, byte[] vector, List<String> labels, long expiresAt, Set<Integer> in) {}

    private final CollectionSettings settings;
    private final int bucketCount;
    private final Supplier<StateBackend> backend;
    private final TestingDirectory directory;
    private final Map<String, Stored> model = new HashMap<>();
    private BucketHarness buckets;
    private long time;
    private long checkpoint;

    BucketModel(
            CollectionSettings settings, Generation generation, Supplier<StateBackend> backend) {
        this.settings = settings;
        this.bucketCount = generation.bucketCount();
        this.backend = backend;
        this.directory =
                new TestingDirectory().create(settings, 10).publish(settings, generation, 20);
    }

    /** Does so many things; whatever is answered must equal brute force over the map. */
    void run(SplittableRandom random, int steps) throws Exception {
        buckets = BucketHarness.open(directory, backend.get());
        try {
            for (int i = 0; i < steps; i++) {
                step(random);
            }
            probe(random);
        } finally {
            buckets.close();
        }
    }

    private void step(SplittableRandom random) throws Exception {
        int action = random.nextInt(40);
        if (action < 22) {
            upsert(random);
        } else if (action < 28) {
            delete("id" + random.nextInt(40));
        } else if (action < 30) {
            buckets.snapshot(++checkpoint);
        } else if (action < 31) {
            OperatorSubtaskState state = buckets.snapshot(++checkpoint);
            buckets.close();
            // With a cache or without one: what was cached, packed or rewritten makes no
            // difference.
            long cacheBytes = random.nextBoolean() ? 0 : BucketHarness.CACHE_BYTES;
            buckets = BucketHarness.of(directory, cacheBytes);
            buckets.open(backend.get(), state);
        } else {
            probe(random);
        }
    }

    private void upsert(SplittableRandom random) throws Exception {
        String id = "id" + random.nextInt(40);
        time++;
        byte[] vector = Samples.vector(settings, random);
        List<String> labels = LABELS.stream().filter(label -> random.nextBoolean()).toList();
        long expiresAt = random.nextInt(3) == 0 ? EXPIRY : IndexChange.NEVER;
        Set<Integer> in = new HashSet<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            in.add(random.nextInt(bucketCount));
        }
        VectorSpace space = VectorSpace.of(settings);
        byte[] row =
                EntryRow.put(
                        id,
                        Samples.version(time),
                        space.inverseNorm(vector, 0),
                        expiresAt,
                        labels,
                        false,
                        vector);
        Stored before = model.put(id, new Stored(time, vector, labels, expiresAt, in));
        Set<Integer> held = before == null ? Set.of() : before.in();
        for (int bucket : in) {
            boolean again = held.contains(bucket);
            buckets.append(settings.uid(), bucket, again ? EntryRow.replacing(row) : row);
        }
        for (int bucket : held) {
            if (in.contains(bucket)) {
                continue;
            }
            if (random.nextBoolean()) { // it stays for a while and is overwritten
                buckets.append(settings.uid(), bucket, EntryRow.replacing(row));
                in.add(bucket);
            } else {
                byte[] removal = EntryRow.removal(id, Samples.version(time));
                buckets.append(settings.uid(), bucket, removal);
            }
        }
    }

    private void delete(String id) throws Exception {
        time++;
        Stored before = model.remove(id);
        if (before != null) {
            for (int bucket : before.in()) {
                byte[] removal = EntryRow.removal(id, Samples.version(time));
                buckets.append(settings.uid(), bucket, removal);
            }
        }
    }

    private void probe(SplittableRandom random) throws Exception {
        List<byte[]> queries = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            queries.add(Samples.vector(settings, random));
        }
        LabelFilter filter =
                random.nextBoolean()
                        ? LabelFilter.NONE
                        : new LabelFilter(some(random), some(random), some(random));
        long appendTime = random.nextBoolean() ? 0 : EXPIRY + random.nextInt(2) - 1;
        int limit = 1 + random.nextInt(12);
        double radius =
                random.nextBoolean()
                        ? Double.NaN
                        : random.nextDouble(2) * settings.dimensions() / 4;
        buckets.probe(
                Probes.exhaustive(settings.uid(), queries.toArray(byte[][]::new))
                        .filter(filter)
                        .appendTime(appendTime)
                        .limit(limit)
                        .radiusScore(radius)
                        .build());
        List<Partial> shares = buckets.shares();
        assertThat(shares).hasSize(1);
        assertThat(shares.get(0).answers()).hasSameSizeAs(queries);
        Map<String, Stored> eligible = new HashMap<>(model);
        eligible.values().removeIf(s -> s.expiresAt() <= appendTime || !filter.accepts(s.labels()));
        assertThat(shares.get(0).vectorsScored())
                .isEqualTo((long) queries.size() * eligible.size());
        for (int i = 0; i < queries.size(); i++) {
            List<Hit> hits = shares.get(0).answers().get(i).hits();
            assertHits(hits, queries.get(i), eligible, limit, radius);
        }
    }

    private static List<String> some(SplittableRandom random) {
        return random.nextInt(3) == 0 ? List.of(LABELS.get(random.nextInt(3))) : List.of();
    }

    private void assertHits(
            List<Hit> hits, byte[] query, Map<String, Stored> eligible, int limit, double radius) {
        double[] all =
                eligible.values().stream()
                        .mapToDouble(stored -> score(query, stored.vector()))
                        .filter(score -> !(score > radius))
                        .sorted()
                        .toArray();
        assertThat(hits).hasSize(Math.min(limit, all.length));
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < hits.size(); i++) {
            byte[] row = hits.get(i).row();
            Stored stored = eligible.get(EntryRow.id(row, 0));
            assertThat(ids.add(EntryRow.id(row, 0))).isTrue();
            assertThat(EntryRow.time(row, 0)).isEqualTo(stored.version());
            assertThat(EntryRow.labels(row, 0)).isEqualTo(stored.labels());
            assertThat(hits.get(i).score()).isCloseTo(all[i], within(1e-5));
            assertThat(hits.get(i).score()).isCloseTo(score(query, stored.vector()), within(1e-5));
        }
    }

    private double score(byte[] left, byte[] right) {
        if (settings.metric() == Metric.HAMMING) {
            return BitSet.valueOf(xor(left, right)).cardinality();
        }
        if (settings.metric() == Metric.JACCARD) {
            Set<Long> common = elements(left);
            common.retainAll(elements(right));
            Set<Long> all = elements(left);
            all.addAll(elements(right));
            return 1 - common.size() / (double) all.size();
        }
        float[] a = Vectors.toFloats(settings.encoding(), left, 0, settings.dimensions());
        float[] b = Vectors.toFloats(settings.encoding(), right, 0, settings.dimensions());
        double squared = 0;
        for (int i = 0; i < a.length; i++) {
            squared += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return switch (settings.metric()) {
            case L2 -> squared;
            case COSINE -> 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
            case INNER_PRODUCT -> -dot(a, b);
            case HAMMING, JACCARD -> throw new AssertionError(settings.metric());
        };
    }

    private static byte[] xor(byte[] left, byte[] right) {
        byte[] out = left.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] ^= right[i];
        }
        return out;
    }

    private static Set<Long> elements(byte[] set) {
        Set<Long> elements = new HashSet<>();
        LongBuffer longs = ByteBuffer.wrap(set).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        while (longs.hasRemaining()) {
            elements.add(longs.get());
        }
        return elements;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
