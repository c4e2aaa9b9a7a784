package io.nearstream.jobs.batch;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.message.Hits;
import io.nearstream.jobs.batch.search.Conversions;
import io.nearstream.jobs.batch.search.SearchSpec;
import io.nearstream.jobs.batch.search.SearchTopology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Answers a file of queries from a file of vectors: learns buckets from a sample of the base, then
 * runs {@link SearchTopology} in this JVM until all is answered. Blocks of answers come in the
 * order of the queries.
 */
public final class BatchSearch {
    private static final double NANOS = 1e9;

    /** Smaller bases are compared whole: cells would hold next to nothing. */
    private static final int LEARNED_FROM = 1_000;

    private static final int CELLS_MOST = 8_192;
    private static final int SAMPLE_LEAST = 10_000;
    private static final int SAMPLE_PER_CELL = 10;
    private static final double CELLS_PER_ROOT = 4;

    private final BatchSearchPlan plan;
    private final BatchProgress progress;
    private final VectorFile base;
    private final VectorFile queries;

    private BatchSearch(BatchSearchPlan plan, BatchProgress progress) throws IOException {
        this.plan = plan;
        this.progress = progress;
        this.base = open(plan.base());
        this.queries = open(plan.query());
        Conversions.requireComparable(base, queries);
    }

    /** Counts what was taken. */
    private static final class Counting implements BatchCounters.Receiver<Hits> {
        private final BatchCounters.Receiver<Hits> to;
        @Nullable private volatile BatchCounters counters;

        Counting(BatchCounters.Receiver<Hits> to) {
            this.to = to;
        }

        @Override
        public void accept(Hits hits) throws IOException {
            to.accept(hits);
            counters.written(hits.count());
        }
    }

    private VectorFile open(Path path) throws IOException {
        VectorFile file = VectorFile.open(path);
        if (file.encoding() == Encoding.SET64) {
            throw new IOException(
                    path
                            + " holds sets: a search goes by cells, which sets have none of. join and dedupe take them, with --metric jaccard.");
        }
        return plan.metric() == Metric.HAMMING ? file.in(Encoding.BINARY) : file;
    }

    /**
     * Runs a search.
     *
     * @param answers takes blocks of distances in the order of the queries, on one thread
     * @throws IOException if a file cannot be read, or they do not fit each other
     * @throws BatchFailure if the run fails otherwise
     */
    public static BatchSearchReport run(
            BatchSearchPlan plan, BatchProgress progress, BatchCounters.Receiver<Hits> answers)
            throws IOException, InterruptedException {
        return new BatchSearch(plan, progress).run(answers);
    }

    private BatchSearchReport run(BatchCounters.Receiver<Hits> answers)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        VectorSpace space = VectorSpace.of(plan.metric(), base.encoding(), base.dimensions());
        Learned known = learn(space);
        Generation buckets = known.buckets();
        int visits = visits(buckets, known.rows());
        long learned = System.nanoTime();
        Counting counting = new Counting(answers);
        try (BatchCounters counters =
                BatchCounters.begin(plan.parallelism(), Hits.class, counting)) {
            counting.counters = counters;
            counters.share(buckets);
            SearchSpec spec =
                    new SearchSpec(
                            counters.run(), known.shape(), plan.k(), visits, plan.heapBytes());
            answer(spec, counters, known.rows());
            requireUnchanged(base, known.rows(), counters.baseRows());
            double answerNanos = counters.writtenAt() - counters.baseDoneAt();
            return new BatchSearchReport(
                    known.rows(),
                    counters.written(),
                    plan.k(),
                    buckets.bucketCount(),
                    visits,
                    counters.scored() / (double) known.rows() / counters.written(),
                    (learned - began) / NANOS,
                    (counters.baseDoneAt() - learned) / NANOS,
                    answerNanos / NANOS,
                    (counters.writtenAt() - began) / NANOS);
        }
    }

    /** The sample is not part of it: the heap is the base's, then. */
    private record Learned(long rows, SearchSpec.Shape shape, Generation buckets) {}

    private Learned learn(VectorSpace space) throws IOException {
        BaseSample sample =
                BaseSample.read(base, space, sampleSize(), plan.heapBytes(), plan.seed(), progress);
        requireNumbers(base, sample.rows());
        SearchSpec.Shape shape = shape(sample.rows(), sample.vectors().size());
        progress.stage("learn", OptionalLong.empty());
        CollectionSettings settings = shape.settings();
        Generation buckets =
                sample.rows() < LEARNED_FROM
                        ? Generation.initial(settings)
                        : GenerationTrainer.train(settings, sample.vectors());
        return new Learned(sample.rows(), shape, buckets);
    }

    /** Rows are numbered by ints. */
    static void requireNumbers(VectorFile file, long rows) {
        if (rows > Integer.MAX_VALUE) {
            throw new BatchFailure(
                    "%s has %,d rows, but a file may have %,d at most: divide it."
                            .formatted(file.path(), rows, Integer.MAX_VALUE));
        }
    }

    /** A file is read more than once. */
    static void requireUnchanged(VectorFile file, long counted, long read) {
        if (counted != read) {
            throw new BatchFailure(
                    "%s had %,d rows when they were counted, and %,d when they were read: a file must not change during a run. Run again."
                            .formatted(file.path(), counted, read));
        }
    }

    private int sampleSize() {
        int cells = plan.cells().orElse(base.rows().isPresent() ? 0 : CELLS_MOST);
        if (base.rows().isPresent() && plan.cells().isEmpty()) {
            cells = cells(base.rows().getAsLong());
        }
        return Math.max(SAMPLE_LEAST, SAMPLE_PER_CELL * cells);
    }

    /** The next power of two from 4 sqrt(rows) on. */
    private static int cells(long rows) {
        int wanted = (int) Math.min(CELLS_MOST, Math.ceil(CELLS_PER_ROOT * Math.sqrt(rows)));
        return Math.max(2, Integer.highestOneBit(2 * wanted - 1));
    }

    private SearchSpec.Shape shape(long rows, int sampled) {
        int sample = Math.max(2, sampled);
        int cells = Math.min(plan.cells().orElse(cells(rows)), sample);
        return new SearchSpec.Shape(
                plan.metric(), base.encoding(), base.dimensions(), cells, sample, plan.seed());
    }

    private int visits(Generation buckets, long rows) {
        int wanted =
                plan.effort()
                        .probes()
                        .orElseGet(
                                () -> buckets.probes(plan.effort().targetRecall(), plan.k(), rows));
        return Math.min(wanted, buckets.bucketCount());
    }

    private void answer(SearchSpec spec, BatchCounters counters, long rows)
            throws InterruptedException {
        StreamExecutionEnvironment env = LocalJob.environment(plan.parallelism());
        SearchTopology.build(
                        env,
                        spec,
                        new SearchTopology.Input(base.path(), base.encoding()),
                        new SearchTopology.Input(queries.path(), queries.encoding()))
                .sinkTo(new LocalSink<>(spec.run()))
                .setParallelism(1)
                .name("Write answers");
        progress.stage("base", OptionalLong.of(rows));
        boolean[] answering = new boolean[1];
        LocalJob.run(
                env,
                "Nearstream batch search",
                () -> {
                    if (!answering[0] && counters.baseIsDone()) {
                        answering[0] = true;
                        progress.to(counters.baseRows());
                        progress.stage("answer", queries.rows());
                    }
                    progress.to(answering[0] ? counters.written() : counters.baseRows());
                });
    }
}
