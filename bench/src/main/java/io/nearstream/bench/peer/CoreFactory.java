package io.nearstream.bench.peer;

import io.nearstream.core.similarity.VectorSpace;
import java.nio.file.Path;

/** Ours without Flink and Kafka: partition, kernels and top k of the core. */
final class CoreFactory implements VectorIndexFactory {
    @Override
    public String name() {
        return "nearstream-core";
    }

    @Override
    public String description() {
        return "the core in memory: learned cells with closure, trained on the first 10,000";
    }

    @Override
    public VectorIndex create(VectorSpace space, Path dir) {
        return new CoreIndex(space);
    }
}
