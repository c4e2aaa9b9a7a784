package io.nearstream.bench.peer;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Warms a server's JVM up before it serves: builds throwaway indexes of made-up vectors and
 * searches them, so that the JIT knows the code before a clock runs, as it does with every other
 * system.
 */
final class PeerWarmUp {
    private static final int ROWS = 4_000;
    private static final int SEARCHES = 2_000;
    private static final int K = 10;
    private static final int EFFORT = 40;

    private PeerWarmUp() {}

    /** Builds and searches for so long, at least once. */
    static void run(VectorIndexFactory factory, VectorSpace space, Path dir, Duration duration)
            throws IOException {
        long end = System.nanoTime() + duration.toNanos();
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> vectors = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            vectors.add(vector(random, space));
        }
        int builds = 0;
        do {
            Path own = Files.createDirectories(dir.resolve("warm-up-" + builds++));
            try (VectorIndex index = factory.create(space, own)) {
                for (int row = 0; row < ROWS; row++) {
                    index.add(row, vectors.get(row));
                }
                index.refresh();
                VectorIndex.Searcher searcher = index.searcher();
                for (int i = 0; i < SEARCHES; i++) {
                    searcher.search(vectors.get(i % ROWS), K, EFFORT);
                }
            }
        } while (System.nanoTime() < end);
    }

    /** No zero vector, no number that is none. */
    private static byte[] vector(SplittableRandom random, VectorSpace space) {
        byte[] vector = new byte[space.vectorBytes()];
        if (space.encoding() == Encoding.FLOAT32) {
            for (int i = 0; i < space.dimensions(); i++) {
                Vectors.putFloat(vector, 0, i, random.nextFloat() + .01f);
            }
        } else {
            random.nextBytes(vector);
            vector[0] |= 1;
        }
        return vector;
    }
}
