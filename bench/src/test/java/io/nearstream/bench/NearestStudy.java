package io.nearstream.bench;

import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
import io.nearstream.operators.JoinRecord;
import io.nearstream.operators.JoinRecordSerializer;
import io.nearstream.operators.NearestNeighbours;
import io.nearstream.operators.Neighbour;
import io.nearstream.operators.Neighbours;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * Speed and recall of {@link NearestNeighbours} in a pipeline: {@code BASE QUERY TRUTH METRIC CELLS
 * SHARE...}. All rows of the base are the index, the queries come behind them, ten times over;
 * RocksDB, a checkpoint a second, two subtasks.
 */
public final class NearestStudy {
    private static final int K = 10;
    private static final int ROUNDS = 10;
    private static final int SAMPLE = 10_000;
    private static final double NANOS = 1e9;
    private static final long MICRO_NANOS = 1_000;

    private static List<byte[]> base = List.of();
    private static List<byte[]> queries = List.of();
    private static AtomicReferenceArray<List<String>> answers = new AtomicReferenceArray<>(0);
    private static final AtomicLong BEGAN = new AtomicLong();
    private static final AtomicLong FIRST = new AtomicLong();
    private static final AtomicLong FIRST_CPU = new AtomicLong();
    private static final AtomicLong LAST = new AtomicLong();

    private NearestStudy() {}

    /** Prints one row for each share; the first runs once before, uncounted. */
    public static void main(String[] arguments) throws Exception {
        BenchFiles files =
                new BenchFiles(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
        Metric metric = Metric.valueOf(arguments[3].toUpperCase(Locale.ROOT));
        VectorFile file = VectorFile.open(files.base());
        base = file.head(Integer.MAX_VALUE);
        queries = VectorFile.open(files.query()).head(Integer.MAX_VALUE);
        int cells = Integer.parseInt(arguments[4]);
        System.out.println(
                "| share of %d cells | recall@10 | records/s | answers/s | CPU an answer |\n|---|---|---|---|---|"
                        .formatted(cells));
        run(metric, file, cells, Double.parseDouble(arguments[5]));
        for (int i = 5; i < arguments.length; i++) {
            double share = Double.parseDouble(arguments[i]);
            long cpuAtEnd = run(metric, file, cells, share);
            List<float[]> asked =
                    queries.stream()
                            .map(query -> VectorBytes.decode(query, file.encoding()))
                            .toList();
            List<List<String>> found = new ArrayList<>();
            for (int query = 0; query < queries.size(); query++) {
                found.add(answers.get(query));
            }
            double recall = Recall.of(files, metric, asked, found, K).recall();
            long count = (long) queries.size() * ROUNDS;
            System.out.printf(
                    "| %s | %.4f | %,.0f | %,.0f | %,d us |%n",
                    arguments[i],
                    recall,
                    base.size() / ((FIRST.get() - BEGAN.get()) / NANOS),
                    count / ((LAST.get() - FIRST.get()) / NANOS),
                    (cpuAtEnd - FIRST_CPU.get()) / count / MICRO_NANOS);
        }
    }

    /** Returns the process's CPU at the last answer, nanoseconds. */
    private static long run(Metric metric, VectorFile file, int cells, double share)
            throws Exception {
        try (ScratchDirectory checkpoints = ScratchDirectory.create("nearstream-nearest-")) {
            return run(metric, file, cells, share, checkpoints.path());
        }
    }

    private static long run(Metric metric, VectorFile file, int cells, double share, Path dir)
            throws Exception {
        answers = new AtomicReferenceArray<>(queries.size());
        List.of(BEGAN, FIRST, FIRST_CPU, LAST).forEach(time -> time.set(0));
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, dir.toUri().toString());
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        int rows = base.size();
        DataStream<Long> numbers =
                env.fromSequence(0, rows + (long) queries.size() * ROUNDS - 1)
                        .setParallelism(1)
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<Long>forMonotonousTimestamps()
                                        .withTimestampAssigner((number, none) -> number))
                        .setParallelism(1);
        DataStream<JoinRecord> index =
                numbers.filter(number -> number < rows)
                        .setParallelism(1)
                        .map(NearestStudy::record, JoinRecordSerializer.TYPE)
                        .setParallelism(1);
        DataStream<Long> elements =
                numbers.filter(number -> number >= rows)
                        .setParallelism(1)
                        .map(number -> number - rows, Types.LONG)
                        .setParallelism(1);
        List<byte[]> sample = new ArrayList<>(base);
        Collections.shuffle(sample, new Random(1));
        NearestNeighbours.of(elements, index)
                .vectors(element -> queries.get((int) (element % queries.size())))
                .comparing(metric, file.encoding(), file.dimensions())
                .k(K)
                .cells(sample.subList(0, Math.min(SAMPLE, sample.size())), cells)
                .visiting(share)
                .neighbours()
                .map(NearestStudy::answered, Types.LONG)
                .sinkTo(new DiscardingSink<>());
        env.execute("Nearest neighbours");
        return cpu();
    }

    private static JoinRecord record(long number) {
        BEGAN.compareAndSet(0, System.nanoTime());
        return JoinRecord.ofBytes(Long.toString(number), base.get((int) number));
    }

    private static long answered(Neighbours<Long> answer) {
        if (FIRST.compareAndSet(0, System.nanoTime())) {
            FIRST_CPU.set(cpu());
        }
        LAST.accumulateAndGet(System.nanoTime(), Math::max);
        answers.set(
                (int) (answer.element() % queries.size()),
                answer.nearest().stream().map(Neighbour::id).toList());
        return answer.element();
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
