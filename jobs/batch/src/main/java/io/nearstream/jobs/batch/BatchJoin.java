package io.nearstream.jobs.batch;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.join.JoinSpec;
import io.nearstream.jobs.batch.join.JoinTopologies;
import io.nearstream.jobs.batch.join.UnexpectedSink;
import io.nearstream.jobs.batch.search.Conversions;
import io.nearstream.operators.JoinResult;
import io.nearstream.operators.Match;
import io.nearstream.operators.SimilarityJoin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Joins files by similarity: runs the library's {@link SimilarityJoin} over them in this JVM until
 * all pairs are said. Every pair comes once, in no certain order.
 */
public final class BatchJoin {
    private static final double NANOS = 1e9;
    private static final long MIB = 1L << 20;

    /** Of a record in the state, beside its vector: its id, its key, its place. An estimate. */
    private static final int RECORD_BYTES = 400;

    /** Fewer records are compared all with all. */
    private static final int CELLS_FROM = 1_000;

    private static final int CELLS_MOST = 8_192;
    private static final int SAMPLE_PER_CELL = 10;
    private static final int SAMPLE_LEAST = 10_000;
    private static final double CELLS_PER_ROOT = 4;

    private final BatchJoinPlan plan;
    private final BatchProgress progress;
    private final VectorFile left;
    private final Optional<VectorFile> right;
    private final Optional<Bands> bands;

    private BatchJoin(BatchJoinPlan plan, BatchProgress progress) throws IOException {
        this.plan = plan;
        this.progress = progress;
        VectorFile first = open(plan.left());
        if (plan.right().isEmpty()) {
            this.left = first;
            this.right = Optional.empty();
        } else {
            VectorFile second = open(plan.right().get());
            int places = Math.max(first.dimensions(), second.dimensions());
            this.left = areSets() ? first.widened(places) : first;
            this.right = Optional.of(areSets() ? second.widened(places) : second);
            Conversions.requireComparable(left, right.get());
        }
        this.bands =
                areSets()
                        ? plan.bands().or(() -> Optional.of(Bands.finding(1 - plan.eps())))
                        : Optional.empty();
    }

    private boolean areSets() {
        return plan.metric() == Metric.JACCARD;
    }

    private VectorFile open(Path path) throws IOException {
        VectorFile file = VectorFile.open(path);
        if (areSets() != (file.encoding() == Encoding.SET64)) {
            throw new IOException(
                    "%s holds %s, but --metric is %s. Sets, which an .avro file has in a field 'set', need jaccard, and it needs them."
                            .formatted(
                                    path,
                                    file.encoding(),
                                    plan.metric().name().toLowerCase(Locale.ROOT)));
        }
        return plan.metric() == Metric.HAMMING ? file.in(Encoding.BINARY) : file;
    }

    /**
     * A pair.
     *
     * @param left row of the left file; of the earlier record in a join of a file with itself
     * @param right row of the right file; of the later record in a join of a file with itself
     * @param distance by the metric
     */
    public record RowPair(long left, long right, double distance) {
        private static RowPair of(Match match) {
            if (!match.added()) {
                throw new IllegalStateException("Nothing of a file goes: " + match + ".");
            }
            return new RowPair(
                    Long.parseLong(match.left().id()),
                    Long.parseLong(match.right().id()),
                    match.distance());
        }
    }

    /**
     * Runs a join.
     *
     * @param pairs takes them, on one thread
     * @throws IOException if a file cannot be read, or they do not fit each other
     * @throws BatchFailure if the run fails otherwise
     */
    public static BatchJoinReport run(
            BatchJoinPlan plan, BatchProgress progress, BatchCounters.Receiver<RowPair> pairs)
            throws IOException, InterruptedException {
        return new BatchJoin(plan, progress).run(pairs);
    }

    private BatchJoinReport run(BatchCounters.Receiver<RowPair> pairs)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        VectorSpace space = VectorSpace.of(plan.metric(), left.encoding(), left.dimensions());
        BaseSample sample = sample(space);
        long rows = sample.rows() + countRight();
        requireRoom(space, sample.rows(), rows);
        long sampled = System.nanoTime();
        long[] said = new long[1];
        BatchCounters.Receiver<Match> to =
                match -> {
                    pairs.accept(RowPair.of(match));
                    said[0]++;
                };
        try (BatchCounters counters = BatchCounters.begin(plan.parallelism(), Match.class, to)) {
            JoinSpec spec =
                    new JoinSpec(
                            counters.run(),
                            plan.metric(),
                            left.encoding(),
                            left.dimensions(),
                            sample.rows());
            progress.stage("learn", OptionalLong.empty());
            StreamExecutionEnvironment env = LocalJob.environment(plan.parallelism());
            JoinResult<Match> result = matches(env, spec, sample);
            result.late().sinkTo(new UnexpectedSink("late")).setParallelism(1);
            result.refused().sinkTo(new UnexpectedSink("no vector")).setParallelism(1);
            result.output()
                    .sinkTo(new LocalSink<>(counters.run()))
                    .setParallelism(1)
                    .name("Write pairs");
            progress.stage("join", OptionalLong.of(rows));
            LocalJob.run(env, "Nearstream batch join", () -> progress.to(counters.baseRows()));
            BatchSearch.requireUnchanged(left, rows, counters.baseRows());
            return new BatchJoinReport(
                    counters.baseRows(),
                    said[0],
                    bands.map(of -> of.found(1 - plan.eps())),
                    (sampled - began) / NANOS,
                    (System.nanoTime() - sampled) / NANOS);
        }
    }

    /** What cells are learned from, which sets have none of. */
    private BaseSample sample(VectorSpace space) throws IOException {
        if (areSets()) {
            return new BaseSample(List.of(), left.countRows());
        }
        int most = Math.max(SAMPLE_LEAST, SAMPLE_PER_CELL * plan.cells().orElse(CELLS_MOST));
        return BaseSample.read(left, space, most, plan.heapBytes(), plan.seed(), progress);
    }

    private long countRight() throws IOException {
        if (right.isEmpty()) {
            return 0;
        }
        long rows = right.get().countRows();
        BatchSearch.requireNumbers(right.get(), rows);
        return rows;
    }

    /** Records stay until the end, and none can be said to fit before the job has them. */
    private void requireRoom(VectorSpace space, long leftRows, long rows) throws IOException {
        BatchSearch.requireNumbers(left, leftRows);
        long vectors = areSets() ? setBytes() : rows * space.vectorBytes();
        long bytes = bands.map(Bands::tables).orElse(1) * (vectors + rows * RECORD_BYTES);
        if (bytes > plan.heapBytes()) {
            throw HeapLeft.tooMuch(
                    plan.heapBytes(),
                    "The join keeps %,d rows, which takes %,d MiB or more"
                            .formatted(rows, bytes / MIB));
        }
    }

    private long setBytes() throws IOException {
        long bytes = VectorFile.setBytes(left.path());
        return right.isPresent() ? bytes + VectorFile.setBytes(right.get().path()) : bytes;
    }

    private JoinResult<Match> matches(
            StreamExecutionEnvironment env, JoinSpec spec, BaseSample sample) {
        SimilarityJoin join =
                JoinTopologies.of(
                                env,
                                spec,
                                left.path(),
                                right.map(
                                        file ->
                                                new JoinTopologies.Input(
                                                        file.path(), file.encoding())))
                        .within(plan.eps())
                        .visiting(plan.visiting())
                        .seed(plan.seed());
        if (bands.isPresent()) {
            join.bands(bands.get().tables(), bands.get().hashes());
        } else if (plan.cells().isPresent() || sample.rows() >= CELLS_FROM) {
            join.cells(sample.vectors(), plan.cells().orElse(cells(sample.rows())));
        }
        return plan.k().isPresent() ? join.nearest(plan.k().getAsInt()) : join.all();
    }

    /** The next power of two from 4 sqrt(rows) on. */
    private static int cells(long rows) {
        int wanted = (int) Math.min(CELLS_MOST, Math.ceil(CELLS_PER_ROOT * Math.sqrt(rows)));
        return Math.max(2, Integer.highestOneBit(2 * wanted - 1));
    }
}
