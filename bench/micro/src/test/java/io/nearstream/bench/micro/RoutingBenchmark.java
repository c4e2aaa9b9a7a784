package io.nearstream.bench.micro;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** From a vector to its cells, and from a query to the cells to visit; 1,024 cells. */
public class RoutingBenchmark extends MicroBenchmark {
    private static final int VECTORS = 1_024;
    private static final int PROBES = 30;

    @Param({"images", "words"})
    public String shape;

    private Generation generation;
    private List<byte[]> vectors;

    @Setup
    public void train() {
        CollectionSettings settings = Inputs.settings(shape);
        generation =
                GenerationTrainer.train(
                        settings, Inputs.vectors(settings, settings.trainAfter(), 2));
        vectors = Inputs.vectors(settings, VECTORS, 3);
    }

    private byte[] vector() {
        return vectors.get(next(VECTORS));
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
