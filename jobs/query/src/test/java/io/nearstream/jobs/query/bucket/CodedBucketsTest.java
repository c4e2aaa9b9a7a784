package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.codes.CellCodes;
import io.nearstream.core.codes.CodeReference;
import io.nearstream.core.codes.VectorCode;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Buckets of every code beside a plain map: whatever is cached, packed, rewritten or restored, a
 * bucket gives the candidates that their codes, made anew, would give.
 */
class CodedBucketsTest {
    private static final int DIMENSIONS = 24;
    private static final int IDS = 60;
    private static final long EXPIRY = 1_000;

    private record Stored(
            long version, int bucket, byte[] vector, boolean coded, String label, long expiresAt) {}

    private CollectionSettings settings;
    private Generation generation;
    private CellCodes codes;
    private TestingDirectory directory;
    private final Map<String, Stored> model = new HashMap<>();
    private long time;

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, L2",
        "INT8, COSINE",
        "INT8, INNER_PRODUCT",
        "RABITQ_4, L2",
        "RABITQ_1, COSINE",
        "PRODUCT, L2"
    })
    void bucketsGiveTheCandidatesThatTheirCodesTell(CodeKind kind, Metric metric) {
        settings =
                CollectionSettings.learned("coded", 0x77L, DIMENSIONS, metric, Encoding.FLOAT32)
                        .coded(kind, 3);
        generation = Samples.train(settings);
        codes = CellCodes.of(settings, generation).orElseThrow();
        Property.holds(5, random -> run(random, 200));
    }

    private void run(SplittableRandom random, int steps) throws Exception {
        model.clear();
        directory = new TestingDirectory().create(settings, 10).publish(settings, generation, 20);
        // One hardly packs and caches nothing; the other has all in one block and in its cache.
        List<BucketHarness> harnesses = new ArrayList<>();
        for (int cacheBytes : new int[] {0, 1 << 20}) {
            BucketHarness harness = BucketHarness.of(directory, cacheBytes);
            harness.open(new HashMapStateBackend());
            harnesses.add(harness);
        }
        try {
            for (int step = 1; step <= steps; step++) {
                int action = random.nextInt(20);
                if (action < 12) {
                    write(random, harnesses);
                } else if (action < 13) {
                    BucketHarness uncached = harnesses.get(0);
                    OperatorSubtaskState state = uncached.snapshot(step);
                    uncached.close();
                    harnesses.set(0, BucketHarness.of(directory, 0));
                    harnesses.get(0).open(new HashMapStateBackend(), state);
                } else {
                    probe(random, harnesses);
                }
            }
        } finally {
            for (BucketHarness harness : harnesses) {
                harness.close();
            }
        }
    }

    private void write(SplittableRandom random, List<BucketHarness> harnesses) throws Exception {
        time++;
        String id = "id" + random.nextInt(IDS);
        Stored before = model.remove(id);
        boolean delete = random.nextInt(4) == 0;
        int bucket = random.nextInt(generation.bucketCount());
        boolean stays = before != null && !delete && before.bucket() == bucket;
        if (before != null && !stays) {
            byte[] removal = EntryRow.removal(id, Samples.version(time));
            for (BucketHarness harness : harnesses) {
                harness.append(settings.uid(), before.bucket(), removal);
            }
        }
        if (delete) {
            return;
        }
        // A bucket may hold whole vectors, too: those that are about to leave it.
        Stored stored =
                new Stored(
                        time,
                        bucket,
                        Samples.vector(random, DIMENSIONS),
                        random.nextInt(5) > 0 && codes.reference(bucket).isPresent(),
                        random.nextBoolean() ? "red" : "blue",
                        random.nextInt(3) == 0 ? EXPIRY : IndexChange.NEVER);
        model.put(id, stored);
        byte[] row = row(id, stored);
        for (BucketHarness harness : harnesses) {
            harness.append(settings.uid(), bucket, stays ? EntryRow.replacing(row) : row);
        }
    }

    private byte[] row(String id, Stored stored) {
        VectorSpace space = VectorSpace.of(settings);
        byte[] whole =
                EntryRow.put(
                        id,
                        Samples.version(stored.version()),
                        space.inverseNorm(stored.vector(), 0),
                        stored.expiresAt(),
                        List.of(stored.label()),
                        false,
                        stored.vector());
        return stored.coded()
                ? EntryRow.coded(
                        whole,
                        codes.encode(
                                stored.vector(), codes.reference(stored.bucket()).orElseThrow()))
                : whole;
    }

    private void probe(SplittableRandom random, List<BucketHarness> harnesses) throws Exception {
        byte[] query = Samples.vector(random, DIMENSIONS);
        long appendTime = random.nextBoolean() ? 0 : EXPIRY;
        boolean red = random.nextBoolean();
        int limit = 1 + random.nextInt(6);
        double radius = random.nextBoolean() ? Double.NaN : random.nextDouble(2) * DIMENSIONS / 4;
        LabelFilter filter =
                red ? new LabelFilter(List.of("red"), List.of(), List.of()) : LabelFilter.NONE;
        Predicate<Stored> passes =
                stored -> stored.expiresAt() > appendTime && (!red || stored.label().equals("red"));
        List<Hit> expected = expected(query, passes, CellCodes.candidates(settings, limit), radius);
        for (BucketHarness harness : harnesses) {
            harness.probe(
                    Probes.exhaustive(settings.uid(), query)
                            .filter(filter)
                            .appendTime(appendTime)
                            .limit(limit)
                            .radiusScore(radius)
                            .build());
            List<Hit> hits = harness.shares().get(0).answers().get(0).hits();
            assertThat(hits).hasSameSizeAs(expected);
            for (int i = 0; i < hits.size(); i++) {
                assertThat(hits.get(i).score()).isEqualTo(expected.get(i).score());
                byte[] row = hits.get(i).row();
                EntryRow.replacesNothing(row); // which goes with a rewrite
                assertThat(row).isEqualTo(expected.get(i).row());
            }
        }
    }

    private List<Hit> expected(
            byte[] query, Predicate<Stored> passes, int candidates, double radius) {
        VectorSpace space = VectorSpace.of(settings);
        VectorSpace.Query exact = space.query(query);
        VectorCode.Query coded = codes.code().query(query);
        List<Hit> all = new ArrayList<>();
        model.forEach(
                (id, stored) -> {
                    if (!passes.test(stored)) {
                        return;
                    }
                    byte[] row = row(id, stored);
                    double score;
                    double far = radius;
                    if (stored.coded()) {
                        CodeReference about = codes.reference(stored.bucket()).orElseThrow();
                        byte[] code = codes.encode(stored.vector(), about);
                        score = coded.about(about).score(code, 0);
                        far += codes.code().slack(query, about, radius);
                    } else {
                        score =
                                space.score(
                                        exact,
                                        stored.vector(),
                                        0,
                                        space.inverseNorm(stored.vector(), 0));
                    }
                    if (!(score > far)) {
                        all.add(
                                new Hit(
                                        score,
                                        EntryRow.forAnswer(row, 0, space.vectorBytes(), false)));
                    }
                });
        all.sort(Comparator.comparingDouble(Hit::score));
        return all.subList(0, Math.min(candidates, all.size()));
    }
}
