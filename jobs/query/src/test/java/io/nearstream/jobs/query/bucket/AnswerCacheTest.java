package io.nearstream.jobs.query.bucket;

import static io.nearstream.jobs.query.testing.Counters.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final CollectionSettings SETTINGS = Samples.PLACES;
    private static final long UID = SETTINGS.uid();
    private static final int BUCKETS = 6;
    private static final long EXPIRY = 1_000;
    private static final byte[] VECTOR = Samples.vector(new SplittableRandom(9));

    private static ProbeMessage probe(int seed, int... buckets) {
        byte[] vector = Samples.vector(new SplittableRandom(seed));
        return Probes.routed(UID, 1, vector, buckets).limit(5).build();
    }

    private static Found found(int rowBytes) {
        Hit hit = new Hit(1, new byte[rowBytes]);
        return new Found(List.of(new PartAnswer(0, List.of(hit))), 7, 0, 0);
    }

    private static ByteBuffer put(AnswerCache cache, ProbeMessage probe, int rowBytes) {
        List<int[]> plan = List.of(probe.queries().get(0).buckets());
        ByteBuffer key = AnswerCache.key(probe, 1, plan);
        cache.put(key, probe, plan, found(rowBytes));
        return key;
    }

    @Test
    void changeOfAnyVisitedBucketVoidsTheAnswer() {
        AnswerCache cache = new AnswerCache(1 << 20);
        ByteBuffer key = put(cache, probe(1, 3, 4), 10);
        cache.changed(new BucketKey(UID, 5));
        cache.changed(new BucketKey(UID + 1, 3));
        assertThat(cache.get(key)).isPresent();
        cache.changed(new BucketKey(UID, 4));
        assertThat(cache.get(key)).isEmpty();
        assertThat(cache.bytes()).isZero();
        assertThat(cache.buckets()).isZero();
        assertThat(cache.hits()).isEqualTo(1);
        assertThat(cache.misses()).isEqualTo(1);
    }

    @Test
    void bytesAreBoundedAndTheLeastUsedGoesFirst() {
        AnswerCache cache = new AnswerCache(4_000);
        ByteBuffer first = put(cache, probe(1, 3), 1_000);
        ByteBuffer second = put(cache, probe(2, 3), 1_000);
        assertThat(cache.get(first)).isPresent();
        put(cache, probe(3, 3), 1_000);
        assertThat(cache.bytes()).isLessThanOrEqualTo(4_000);
        assertThat(cache.get(first)).isPresent();
        assertThat(cache.get(second)).isEmpty();
        ByteBuffer tooLarge = put(cache, probe(4, 3), 4_000);
        assertThat(cache.get(tooLarge)).isEmpty();
        assertThat(cache.get(first)).isPresent();
        cache.changedAll(UID);
        assertThat(cache.bytes()).isZero();
        assertThat(cache.buckets()).isZero();
    }

    @Test
    void whateverAnAnswerDependsOnIsInItsKey() {
        byte[] vector = Samples.vector(new SplittableRandom(1));
        List<Probes> all =
                List.of(
                        Probes.routed(UID, 1, vector, 3),
                        Probes.routed(UID + 1, 1, vector, 3),
                        Probes.routed(UID, 1, Samples.vector(new SplittableRandom(2)), 3),
                        Probes.routed(UID, 1, vector, 4),
                        Probes.routed(UID, 1, vector, 3).limit(2),
                        Probes.routed(UID, 1, vector, 3).radiusScore(2),
                        Probes.routed(UID, 1, vector, 3).withVectors(),
                        Probes.routed(UID, 1, vector, 3)
                                .filter(new LabelFilter(List.of("a"), List.of(), List.of())),
                        Probes.routed(UID, 1, vector, 3)
                                .filter(new LabelFilter(List.of(), List.of("a"), List.of())));
        assertThat(all.stream().map(Probes::build).map(AnswerCacheTest::key).distinct())
                .hasSameSizeAs(all);
        assertThat(key(Probes.routed(UID, 1, vector, 3).appendTime(9).build()))
                .isEqualTo(key(Probes.routed(UID, 1, vector, 3).build()));
    }

    private static ByteBuffer key(ProbeMessage probe) {
        return AnswerCache.key(probe, 1, List.of(probe.queries().get(0).buckets()));
    }

    @Test
    void bucketsOfAnAnswerThatIsNotThereAreReadOnce() throws Exception {
        TestingDirectory directory =
                new TestingDirectory().create(SETTINGS, 10).publish(SETTINGS, Samples.PLACES_1, 20);
        try (BucketHarness harness = BucketHarness.answering(directory, 1 << 20)) {
            for (int bucket = 0; bucket < 2; bucket++) {
                harness.append(UID, bucket, row(new SplittableRandom(bucket), 1, false));
            }
            long before = reads(harness);
            harness.probe(Probes.routed(UID, 1, VECTOR, 0, 1).limit(5).build());
            assertThat(gauge(harness.flink(), "answerCacheMisses")).isEqualTo(1);
            assertThat(reads(harness) - before).isEqualTo(2);
            harness.probe(Probes.routed(UID, 1, VECTOR, 0, 1).limit(5).build());
            assertThat(gauge(harness.flink(), "answerCacheHits")).isEqualTo(1);
        }
    }

    private static long reads(BucketHarness harness) {
        return gauge(harness.flink(), "cacheHits") + gauge(harness.flink(), "cacheMisses");
    }

    @Test
    void cachedAnswersEqualSearchedOnes() {
        Property.holds(30, random -> compare(random, 1 << 20));
    }

    @Test
    void cachedAnswersEqualSearchedOnesUnderATinyBound() {
        Property.holds(30, random -> compare(random, 3_000));
    }

    private static void compare(SplittableRandom random, long bytes) throws Exception {
        TestingDirectory directory =
                new TestingDirectory().create(SETTINGS, 10).publish(SETTINGS, Samples.PLACES_1, 20);
        boolean expiries = random.nextInt(3) == 0;
        try (BucketHarness cached = BucketHarness.answering(directory, bytes);
                BucketHarness plain = BucketHarness.open(directory)) {
            for (int step = 1; step < 400; step++) {
                if (random.nextInt(4) == 0) {
                    byte[] row = row(random, step, expiries);
                    int bucket = random.nextInt(BUCKETS);
                    cached.append(UID, bucket, row);
                    plain.append(UID, bucket, row);
                } else if (random.nextInt(30) == 0) {
                    cached.snapshot(step);
                    plain.snapshot(step);
                } else {
                    ProbeMessage probe = randomProbe(random);
                    cached.probe(probe);
                    plain.probe(probe);
                }
                assertThat(cached.shares()).usingRecursiveComparison().isEqualTo(plain.shares());
                long held = gauge(cached.flink(), "answerCacheBytes");
                assertThat(held).isBetween(0L, bytes);
            }
            if (!expiries && bytes > 100_000) {
                assertThat(gauge(cached.flink(), "answerCacheHits")).isPositive();
            }
            assertThat(gauge(plain.flink(), "answerCacheHits")).isZero();
        }
    }

    private static byte[] row(SplittableRandom random, int step, boolean expiries) {
        String id = "id" + random.nextInt(20);
        if (random.nextInt(4) == 0) {
            return EntryRow.removal(id, Samples.version(step));
        }
        long expiresAt = expiries && random.nextInt(4) == 0 ? EXPIRY : IndexChange.NEVER;
        List<String> labels = random.nextBoolean() ? List.of("red") : List.of();
        return EntryRow.replacing(
                EntryRow.put(
                        id,
                        Samples.version(step),
                        1,
                        expiresAt,
                        labels,
                        false,
                        Samples.vector(random)));
    }

    /** One of few, asked at one of two times. */
    private static ProbeMessage randomProbe(SplittableRandom random) {
        int kind = random.nextInt(6);
        SplittableRandom fixed = new SplittableRandom(kind);
        List<Integer> visited = new ArrayList<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (fixed.nextBoolean()) {
                visited.add(bucket);
            }
        }
        int[] buckets = visited.stream().mapToInt(Integer::intValue).toArray();
        Probes probe = Probes.routed(UID, 1, Samples.vector(fixed), buckets).limit(4);
        if (kind == 1) {
            probe.effort(new Effort(0.9, 0, false)); // widens where it has a filter
        }
        if (kind < 3) {
            probe.filter(new LabelFilter(List.of("red"), List.of(), List.of()));
        }
        return probe.appendTime(random.nextBoolean() ? 0 : EXPIRY).build();
    }
}
