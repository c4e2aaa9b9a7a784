package io.nearstream.bench;

import io.nearstream.core.model.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A small data set of clustered vectors, its truth found by an exact scan.
 *
 * @param base vectors to load
 * @param queries vectors to ask for
 * @param metric how distance is measured
 */
public record VectorSet(List<float[]> base, List<float[]> queries, Metric metric) {
    private static final double SPREAD = 0.3;

    /** Draws a set. */
    public static VectorSet random(
            RandomGenerator random, Metric metric, int vectors, int queries, int dimensions) {
        List<float[]> centres = new ArrayList<>();
        for (int i = 0; i < 1 + vectors / 50; i++) {
            centres.add(around(random, new float[dimensions], 1));
        }
        return new VectorSet(
                draw(random, centres, vectors), draw(random, centres, queries), metric);
    }

    private static List<float[]> draw(RandomGenerator random, List<float[]> centres, int count) {
        List<float[]> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(around(random, centres.get(random.nextInt(centres.size())), SPREAD));
        }
        return drawn;
    }

    private static float[] around(RandomGenerator random, float[] centre, double spread) {
        float[] vector = new float[centre.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (centre[i] + spread * random.nextGaussian());
        }
        return vector;
    }

    /** For each query the rows of its nearest, nearest first. */
    List<int[]> nearest(int k) {
        return queries.stream()
                .map(
                        query ->
                                IntStream.range(0, base.size())
                                        .boxed()
                                        .sorted(
                                                Comparator.comparingDouble(
                                                        row ->
                                                                Exact.distance(
                                                                        metric,
                                                                        query,
                                                                        base.get(row))))
                                        .limit(k)
                                        .mapToInt(Integer::intValue)
                                        .toArray())
                .toList();
    }

    /** Writes the set's three files; the truth is k deep. */
    public BenchFiles write(Path dir, int k) throws IOException {
        return new BenchFiles(
                Files.write(dir.resolve("base.fvecs"), fvecs(base)),
                Files.write(dir.resolve("query.fvecs"), fvecs(queries)),
                Files.write(dir.resolve("truth.ivecs"), ivecs(nearest(k))));
    }

    private static byte[] fvecs(List<float[]> rows) {
        ByteBuffer bytes = buffer(rows.size(), rows.get(0).length);
        for (float[] row : rows) {
            bytes.putInt(row.length);
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return bytes.array();
    }

    private static byte[] ivecs(List<int[]> rows) {
        ByteBuffer bytes = buffer(rows.size(), rows.get(0).length);
        for (int[] row : rows) {
            bytes.putInt(row.length);
            for (int value : row) {
                bytes.putInt(value);
            }
        }
        return bytes.array();
    }

    private static ByteBuffer buffer(int rows, int columns) {
        return ByteBuffer.allocate(rows * (1 + columns) * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
