package io.nearstream.jobs.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Metric;
import io.nearstream.jobs.batch.BatchJoin.RowPair;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins of sets, held against brute force. */
class BatchSetsITCase {
    private static final Schema ROW =
            new Schema.Parser()
                    .parse(
                            """
                            {"type": "record", "name": "Row", "fields": [
                              {"name": "set", "type": {"type": "array", "items": "long"}}]}
                            """);
    private static final double EPS = .4;

    /** Of one hash a table: a pair within eps is missed once in 10^12. */
    private static final Bands BANDS = new Bands(32, 1);

    @TempDir private Path dir;

    private Path write(String name, List<Set<Long>> sets) throws IOException {
        Path file = dir.resolve(name);
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<>(ROW))) {
            writer.create(ROW, file.toFile());
            for (Set<Long> set : sets) {
                GenericRecord record = new GenericData.Record(ROW);
                record.put("set", List.copyOf(set));
                writer.append(record);
            }
        }
        return file;
    }

    /** Some near others, all small. */
    private static List<Set<Long>> sets(SplittableRandom random, int count, int most) {
        List<Set<Long>> sets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Set<Long> set =
                    sets.isEmpty() || random.nextInt(3) == 0
                            ? new HashSet<>()
                            : new HashSet<>(sets.get(random.nextInt(sets.size())));
            int size = random.nextInt(1, most + 1);
            while (set.size() < size) {
                set.add((long) random.nextInt(-40, 40));
            }
            sets.add(set);
        }
        return sets;
    }

    private static BatchJoinPlan plan(
            Path left, Optional<Path> right, Optional<Bands> bands, int tasks) {
        return new BatchJoinPlan(
                left,
                right,
                Metric.JACCARD,
                EPS,
                OptionalInt.empty(),
                1,
                OptionalInt.empty(),
                bands,
                tasks,
                1L << 28,
                1);
    }

    private static Set<RowPair> run(BatchJoinPlan plan) throws Exception {
        List<RowPair> pairs = new ArrayList<>();
        BatchJoinReport report = BatchJoin.run(plan, BatchProgress.NONE, pairs::add);
        double told = plan.bands().orElse(Bands.finding(1 - EPS)).found(1 - EPS);
        assertThat(report.foundAtEps()).hasValue(told);
        assertThat(told).isGreaterThan(.999);
        assertThat(pairs).doesNotHaveDuplicates();
        return new HashSet<>(pairs);
    }

    private static Set<RowPair> exact(List<Set<Long>> left, Optional<List<Set<Long>>> right) {
        Set<RowPair> pairs = new HashSet<>();
        List<Set<Long>> later = right.orElse(left);
        for (int r = 0; r < later.size(); r++) {
            for (int l = 0; l < (right.isPresent() ? left.size() : r); l++) {
                Set<Long> both = new HashSet<>(left.get(l));
                both.retainAll(later.get(r));
                int of = left.get(l).size() + later.get(r).size() - both.size();
                double distance = 1 - both.size() / (double) of;
                if (distance <= EPS) {
                    pairs.add(new RowPair(l, r, distance));
                }
            }
        }
        return pairs;
    }

    @Test
    void everyPairComesOnce() {
        Property.holds(
                3,
                random -> {
                    List<Set<Long>> left = sets(random, 300, 9);
                    Optional<List<Set<Long>>> right = Optional.empty();
                    Optional<Path> rightFile = Optional.empty();
                    if (random.nextBoolean()) {
                        right = Optional.of(sets(random, 200, random.nextInt(4, 15)));
                        rightFile = Optional.of(write("r.avro", right.get()));
                    }
                    Path leftFile = write("l.avro", left);
                    Set<RowPair> wanted = exact(left, right);
                    assertThat(
                                    run(
                                            plan(
                                                    leftFile,
                                                    rightFile,
                                                    Optional.of(BANDS),
                                                    random.nextInt(1, 4))))
                            .isEqualTo(wanted);
                });
    }

    @Test
    void nearlyAllAreFoundWithoutBeingAskedHow() throws Exception {
        List<Set<Long>> sets = sets(new SplittableRandom(5), 600, 12);
        Set<RowPair> found =
                run(plan(write("l.avro", sets), Optional.empty(), Optional.empty(), 2));
        Set<RowPair> wanted = exact(sets, Optional.empty());
        assertThat(wanted).containsAll(found);
        found.removeIf(pair -> pair.distance() == 0); // equal ones meet everywhere
        wanted.removeIf(pair -> pair.distance() == 0);
        assertThat(wanted).hasSizeGreaterThan(100);
        assertThat(found.size()).isGreaterThanOrEqualTo((int) (.99 * wanted.size()));
    }

    @Test
    void setsAndVectorsAreToldApart() throws Exception {
        Path sets = write("l.avro", List.of(Set.of(1L)));
        Path vectors = Vecs.write(dir.resolve("v.fvecs"), 1, List.of(new byte[Float.BYTES]));
        assertThatThrownBy(() -> run(plan(vectors, Optional.empty(), Optional.empty(), 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("v.fvecs holds FLOAT32, but --metric is jaccard");
        assertThatThrownBy(() -> run(plan(sets, Optional.of(vectors), Optional.empty(), 1)))
                .hasMessageContaining("v.fvecs holds FLOAT32");
        BatchJoinPlan ofVectors =
                new BatchJoinPlan(
                        sets,
                        Optional.empty(),
                        Metric.L2,
                        1,
                        OptionalInt.empty(),
                        1,
                        OptionalInt.empty(),
                        Optional.empty(),
                        1,
                        1L << 28,
                        1);
        assertThatThrownBy(() -> run(ofVectors))
                .hasMessageContaining("l.avro holds SET64, but --metric is l2");
    }

    /** In as many places as the largest all of them would take 44 MB. */
    @Test
    void oneLargeSetDoesNotMakeTheOthersLarge() throws Exception {
        List<Set<Long>> sets = sets(new SplittableRandom(2), 300, 4);
        sets.add(LongStream.range(0, 4_096).boxed().collect(Collectors.toSet()));
        BatchJoinPlan plan =
                plan(write("l.avro", sets), Optional.empty(), Optional.of(new Bands(4, 5)), 1);
        assertThat(BatchJoin.run(plan.withHeap(2_000_000), BatchProgress.NONE, pair -> {}).rows())
                .isEqualTo(301);
    }

    @Test
    void everyTableCountsAsMemory() throws Exception {
        Path file = write("l.avro", sets(new SplittableRandom(1), 500, 4));
        BatchJoinPlan plan = plan(file, Optional.empty(), Optional.of(BANDS), 1);
        assertThatThrownBy(() -> run(plan.withHeap(2_000_000)))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("--memory");
    }
}
