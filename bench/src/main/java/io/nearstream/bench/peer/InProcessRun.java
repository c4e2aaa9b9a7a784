package io.nearstream.bench.peer;

import io.nearstream.bench.ProcessFigures;
import io.nearstream.bench.Recall;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Builds an index of all vectors on one thread, then asks it the queries with every value of its
 * search parameter: each once for recall, one at a time for latency, on all processors for
 * throughput. Files are in memory before a clock starts.
 */
final class InProcessRun {
    /** What warms up the JIT: building an index of so many vectors, again and again. */
    private static final int WARM_UP_ROWS = 12_000;

    private static final int DIGITS = 3;
    private static final double NANOS_PER_MS = 1e6;

    private final InProcessPlan plan;
    private final VectorSpace space;
    private final List<byte[]> base;
    private final List<byte[]> queries;

    private InProcessRun(
            InProcessPlan plan, VectorSpace space, List<byte[]> base, List<byte[]> queries) {
        this.plan = plan;
        this.space = space;
        this.base = base;
        this.queries = queries;
    }

    /**
     * Measures.
     *
     * @param dir an empty directory
     */
    static SystemRun of(InProcessPlan plan, Path dir) throws IOException, InterruptedException {
        VectorFile base = VectorFile.open(plan.files().base());
        VectorFile query = VectorFile.open(plan.files().query());
        if (base.dimensions() != query.dimensions()) {
            throw new IOException(
                    "%s has %d dimensions, but %s has %d."
                            .formatted(
                                    query.path(),
                                    query.dimensions(),
                                    base.path(),
                                    base.dimensions()));
        }
        VectorSpace space = VectorSpace.of(plan.metric(), base.encoding(), base.dimensions());
        List<byte[]> asked = new ArrayList<>();
        for (byte[] vector : query.head(plan.queries())) {
            asked.add(convert(vector, query.encoding(), base.encoding()));
        }
        return new InProcessRun(plan, space, base.head(Integer.MAX_VALUE), asked).run(dir);
    }

    private static byte[] convert(byte[] vector, Encoding from, Encoding to) {
        return from == to ? vector : VectorBytes.encode(VectorBytes.decode(vector, from), to);
    }

    private SystemRun run(Path dir) throws IOException, InterruptedException {
        VectorIndexFactory factory = Peers.named(plan.system());
        warmUp(factory, dir);
        try (VectorIndex index = factory.create(space, directory(dir, "index"))) {
            long cpuMicros = ProcessFigures.cpuMicros();
            long start = System.nanoTime();
            for (int row = 0; row < base.size(); row++) {
                index.add(row, base.get(row));
            }
            double added = (System.nanoTime() - start) / 1e9;
            index.refresh();
            double seconds = (System.nanoTime() - start) / 1e9;
            cpuMicros = ProcessFigures.cpuMicros() - cpuMicros;
            List<SweepPoint> points = new ArrayList<>();
            // Else the first step of the sweep pays for what the JIT has not seen yet.
            saturate(index, plan.efforts().get(plan.efforts().size() / 2), plan.warmUp());
            for (int effort : plan.efforts()) {
                points.add(point(index, effort));
            }
            Map<String, Double> more = new LinkedHashMap<>();
            more.put("build_s", seconds);
            more.put("refresh_s", seconds - added);
            return new SystemRun(
                    factory.name(),
                    factory.description(),
                    SystemRun.thisJava(),
                    base.size() / seconds,
                    cpuMicros / (double) base.size(),
                    index.bytes() / (double) base.size(),
                    points,
                    more);
        }
    }

    private void warmUp(VectorIndexFactory factory, Path dir)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + plan.warmUp().toNanos();
        int rows = Math.min(WARM_UP_ROWS, base.size());
        for (int i = 0; System.nanoTime() < end; i++) {
            try (VectorIndex index = factory.create(space, directory(dir, "warm-up-" + i))) {
                for (int row = 0; row < rows; row++) {
                    index.add(row, base.get(row));
                }
                index.refresh();
                saturate(index, plan.efforts().get(0), plan.throughput().dividedBy(2));
            }
        }
    }

    private static Path directory(Path parent, String name) throws IOException {
        return Files.createDirectories(parent.resolve(name));
    }

    private SweepPoint point(VectorIndex index, int effort)
            throws IOException, InterruptedException {
        List<List<String>> answers = answers(index, effort);
        Histogram nanos = oneByOne(index, effort);
        long cpuMicros = ProcessFigures.cpuMicros();
        long start = System.nanoTime();
        long asked = saturate(index, effort, plan.throughput());
        double seconds = (System.nanoTime() - start) / 1e9;
        cpuMicros = ProcessFigures.cpuMicros() - cpuMicros;
        Recall recall =
                Recall.of(
                        plan.files(),
                        plan.metric(),
                        queries.stream()
                                .map(query -> VectorBytes.decode(query, space.encoding()))
                                .toList(),
                        answers,
                        plan.k());
        if (recall.repeated() + recall.unknown() > 0) {
            throw new IOException(
                    "%s answered %d rows twice and %d that are none."
                            .formatted(plan.system(), recall.repeated(), recall.unknown()));
        }
        return new SweepPoint(
                effort,
                recall.recall(),
                asked / seconds,
                nanos.getValueAtPercentile(50) / NANOS_PER_MS,
                nanos.getValueAtPercentile(99) / NANOS_PER_MS,
                cpuMicros / (double) Math.max(1, asked));
    }

    /** Every query once, on one thread, which warms up this effort too. */
    private List<List<String>> answers(VectorIndex index, int effort) throws IOException {
        VectorIndex.Searcher searcher = index.searcher();
        List<List<String>> answers = new ArrayList<>();
        for (byte[] query : queries) {
            answers.add(
                    Arrays.stream(searcher.search(query, plan.k(), effort))
                            .mapToObj(Integer::toString)
                            .toList());
        }
        return answers;
    }

    private Histogram oneByOne(VectorIndex index, int effort) throws IOException {
        VectorIndex.Searcher searcher = index.searcher();
        Histogram nanos = new Histogram(DIGITS);
        long end = System.nanoTime() + plan.throughput().toNanos() / 2;
        long before = System.nanoTime();
        for (int i = 0; before < end; i++) {
            searcher.search(queries.get(i % queries.size()), plan.k(), effort);
            long now = System.nanoTime();
            nanos.recordValue(now - before);
            before = now;
        }
        return nanos;
    }

    /** Asks on every processor for so long, and says how many queries were answered. */
    private long saturate(VectorIndex index, int effort, Duration duration)
            throws IOException, InterruptedException {
        int threads = ProcessFigures.processors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Long>> loops =
                    IntStream.range(0, threads)
                            .<Callable<Long>>mapToObj(
                                    thread -> () -> ask(index.searcher(), thread, effort, duration))
                            .toList();
            long asked = 0;
            for (Future<Long> loop : pool.invokeAll(loops)) {
                asked += loop.get();
            }
            return asked;
        } catch (ExecutionException failed) {
            throw new IOException("A search failed: " + failed.getCause(), failed.getCause());
        } finally {
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private long ask(VectorIndex.Searcher searcher, int thread, int effort, Duration duration)
            throws IOException {
        long end = System.nanoTime() + duration.toNanos();
        long asked = 0;
        int next = thread * queries.size() / 2 % queries.size();
        while (System.nanoTime() < end) {
            searcher.search(queries.get(next), plan.k(), effort);
            next = (next + 1) % queries.size();
            asked++;
        }
        return asked;
    }
}
