package io.nearstream.core.standing;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.partition.StudyFiles;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.core.topk.TopK;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a shard costs in CPU and finds, one thread, without Flink: registering, writes, differences,
 * recall of the answers. Arguments: a file of vectors (cosine), queries, cells visited, cells in
 * all, writes, shards (of which one is run). Not a test.
 */
public final class StandingStudy {
    private static final int SAMPLE = 20_000;
    private static final int K = 10;
    private static final int CHECKED = 200;
    private static final int WRITES_A_ROUND = 4;
    private static final PrintStream OUT = System.out;
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    private StandingStudy() {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        int queries = Integer.parseInt(args[1]);
        int probes = Integer.parseInt(args[2]);
        int cellCount = Integer.parseInt(args[3]);
        int writes = Integer.parseInt(args[4]);
        int shards = Integer.parseInt(args[5]);
        List<byte[]> vectors = StudyFiles.read(file, Integer.MAX_VALUE);
        Encoding encoding = StudyFiles.encoding(file);
        int dimensions = encoding.dimensions(vectors.get(0).length);
        VectorSpace space = VectorSpace.of(Metric.COSINE, encoding, dimensions);
        CellVisits cells =
                CellVisits.train(
                        Metric.COSINE,
                        encoding,
                        dimensions,
                        vectors.subList(0, Math.min(SAMPLE, vectors.size())),
                        cellCount,
                        1);
        OUT.printf("%d vectors, %s%n", vectors.size(), cells);
        long[] told = new long[Difference.Kind.values().length];
        StandingShard shard =
                new StandingShard(
                        new StandingRules(
                                space, StandingCells.of(cells), queries, vectors.size(), 1_000),
                        0,
                        difference -> told[difference.kind().ordinal()]++);
        SplittableRandom random = new SplittableRandom(1);
        long start = cpu();
        for (int i = 0; i < vectors.size(); i++) {
            shard.next(upsert(i, vectors.get(i), 1));
        }
        shard.advance(1);
        report("record stored", start, vectors.size());

        List<StandingQuery> asked = new ArrayList<>();
        start = cpu();
        for (int i = 0; i < queries / shards; i++) {
            byte[] base = vectors.get(random.nextInt(vectors.size()));
            StandingQuery query =
                    new StandingQuery(
                            near(base, dimensions, random),
                            K,
                            Double.POSITIVE_INFINITY,
                            LabelFilter.NONE,
                            probes);
            asked.add(query);
            shard.register(
                    Registration.of(
                            new QueryName("s", "q" + i),
                            new Version(0, 0, i),
                            query,
                            1L << 40,
                            false));
        }
        report("query registered", start, asked.size());
        recall(space, vectors, cells, asked, probes);

        for (int round = 0; round < 6; round++) {
            round(shard, vectors, writes, told, random);
        }
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        OUT.printf(
                "heap %d MB, of it for first looks %.1f MB%n",
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                shard.lookBytes() / (double) (1 << 20));
    }

    private static void round(
            StandingShard shard,
            List<byte[]> vectors,
            int writes,
            long[] told,
            SplittableRandom random)
            throws Exception {
        long before = told[Difference.Kind.CHANGE.ordinal()];
        long scannedBefore = shard.scanned();
        long start = cpu();
        long time = shard.frontier();
        for (int i = 0; i < writes; i++) {
            int id = random.nextInt(vectors.size());
            byte[] vector = near(vectors.get(id), vectors.get(id).length / Float.BYTES, random);
            shard.next(upsert(id, vector, time + 1 + i / WRITES_A_ROUND));
            if (i % WRITES_A_ROUND == WRITES_A_ROUND - 1) {
                shard.advance(time + 1 + i / WRITES_A_ROUND);
            }
        }
        report("write", start, writes);
        OUT.printf(
                "  %.1f differences, %.0f distances a write%n",
                (told[Difference.Kind.CHANGE.ordinal()] - before) / (double) writes,
                (shard.scanned() - scannedBefore) / (double) writes);
        long[] bytes = new long[2];
        start = cpu();
        shard.flush(
                new ShardStore() {
                    @Override
                    public void put(Part part, String key, byte[] row) {
                        bytes[0] += row.length;
                        bytes[1]++;
                    }

                    @Override
                    public void remove(Part part, String key) {
                        bytes[1]++;
                    }

                    @Override
                    public void putWaiting(Registration registration) {
                        throw new IllegalStateException("All are applied: " + registration);
                    }

                    @Override
                    public void removeWaiting(int partition, long offset) {
                        bytes[1]++;
                    }
                });
        OUT.printf(
                "  flush: %d rows, %d MB, %.0f ms%n",
                bytes[1], bytes[0] >> 20, (cpu() - start) / 1e6);
    }

    /** Nanoseconds that this thread has run: others on the machine take none of them. */
    private static long cpu() {
        return THREAD.getCurrentThreadCpuTime();
    }

    private static void report(String what, long start, int count) {
        OUT.printf("%s: %.1f us%n", what, (cpu() - start) / 1e3 / count);
    }

    private static IndexChange upsert(int id, byte[] vector, long time) {
        return new IndexChange(
                new RecordKey(1, "v" + id),
                false,
                new Version(time, 0, id),
                vector,
                new int[0],
                0,
                0,
                List.of(),
                new byte[0],
                time,
                IndexChange.NEVER);
    }

    /** A vector that is distinct from the base, and near it. */
    private static byte[] near(byte[] base, int dimensions, SplittableRandom random) {
        byte[] vector = new byte[base.length];
        for (int i = 0; i < dimensions; i++) {
            float value = Vectors.value(Encoding.FLOAT32, base, 0, i);
            Vectors.putFloat(vector, 0, i, value * (1 + 0.2f * (random.nextFloat() - .5f)));
        }
        return vector;
    }

    private static void recall(
            VectorSpace space,
            List<byte[]> vectors,
            CellVisits cells,
            List<StandingQuery> asked,
            int probes) {
        long found = 0;
        for (int q = 0; q < CHECKED; q++) {
            StandingQuery query = asked.get(q * (asked.size() / CHECKED));
            VectorSpace.Query prepared = space.query(query.vector());
            TopK top = new TopK(K);
            for (int i = 0; i < vectors.size(); i++) {
                byte[] vector = vectors.get(i);
                top.offer(space.score(prepared, vector, 0, space.inverseNorm(vector, 0)), i);
            }
            Set<Integer> visited = new HashSet<>();
            for (int cell : cells.nearest(query.vector(), probes)) {
                visited.add(cell);
            }
            for (int ref : top.drainRefs()) {
                found += visited.contains(cells.home(vectors.get(ref))) ? 1 : 0;
            }
        }
        OUT.printf("recall %.4f%n", found / (double) (CHECKED * K));
    }
}
