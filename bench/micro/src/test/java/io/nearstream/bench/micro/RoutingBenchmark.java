package io.nearstream.bench.micro;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a vector to its cells, and from a query to the cells to visit; 1,024 cells. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class RoutingBenchmark {
    private static final int VECTORS = 1_024;
    private static final int PROBES = 30;

    @Param({"images", "words"})
    public String shape;

    private Generation generation;
    private List<byte[]> vectors;
    private int next;

    @Setup
    public void train() {
        CollectionSettings settings = Inputs.settings(shape);
        generation =
                GenerationTrainer.train(
                        settings, Inputs.vectors(settings, settings.trainAfter(), 2));
        vectors = Inputs.vectors(settings, VECTORS, 3);
    }

    private byte[] vector() {
        return vectors.get(next++ & (VECTORS - 1));
    }

    @Benchmark
    public int[] place() {
        return generation.place("", vector());
    }

    @Benchmark
    public int[] probe() {
        return generation.probe(vector(), PROBES);
    }
}
