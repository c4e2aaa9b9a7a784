package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Quantised 2-stable projections, E2LSH (Datar, Immorlica, Indyk, Mirrokni 2004): each projection
 * of a table is h(v) = floor((a v + b) / w) with a normal, b uniform over a slot of width w; the
 * slots of a table's projections, hashed, are the bucket. A probe goes by how near the query lies
 * to the sides of its slots (Lv et al. 2007). Vectors of length 1 stand for the vectors under
 * cosine. Sums run in one fixed order, so that every JVM computes the same slots. Immutable and
 * thread-safe.
 */
final class PStable implements SeededTables {
    /** What is tried of a projection besides its own slot: the two slots on either side. */
    private static final int[] STEPS = {0, -1, 1, -2, 2};

    private static final int[][] NO_STEPS = {};

    /** A probe that met so many buckets in a row that it had already visits the others in order. */
    private static final int REPEATS_MAX = 1_024;

    private final RoutingSpace space;
    private final Encoding encoding;
    private final int dimensions;
    private final int hashBits;
    private final int tables;
    private final int projections;

    /** Components of the projections, by dimension, then by table and projection; times 1 / w. */
    private final float[] components;

    /** By table and projection, 0 to 1: in units of the width. */
    private final float[] offsets;

    PStable(CollectionSettings settings) {
        this.space = new RoutingSpace(settings);
        boolean unit = settings.metric() == Metric.COSINE;
        this.encoding = unit ? Encoding.FLOAT32 : settings.encoding();
        this.dimensions = settings.dimensions();
        this.hashBits = settings.hashBits();
        this.tables = settings.tables();
        this.projections = settings.hashes();
        this.components = new float[dimensions * tables * projections];
        this.offsets = new float[tables * projections];
        StableRandom random = new StableRandom(settings.seed());
        for (int i = 0; i < components.length; i++) {
            components[i] = (float) (random.nextGaussian() / settings.width());
        }
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = (float) random.nextDouble();
        }
    }

    @Override
    public int hashBits() {
        return hashBits;
    }

    @Override
    public int[] place(String id, byte[] vector) {
        float[] projected = project(vector);
        int[] homes = new int[projections];
        int[] buckets = new int[tables];
        for (int table = 0; table < tables; table++) {
            buckets[table] = bucket(projected, table, homes, NO_STEPS);
        }
        return buckets;
    }

    @Override
    public int[] probe(byte[] query, int wanted) {
        if (wanted == count()) {
            return all();
        }
        float[] projected = project(query);
        int[][] steps = new int[projected.length][];
        double[][] costs = new double[projected.length][];
        for (int i = 0; i < projected.length; i++) {
            double above = projected[i] - Math.floor(projected[i]);
            steps[i] = nearest(above);
            costs[i] = Arrays.stream(steps[i]).mapToDouble(step -> cost(above, step)).toArray();
        }
        DigitSequence sequence = new DigitSequence(costs, tables);
        BitSet met = new BitSet();
        int[] buckets = new int[wanted];
        int found = 0;
        int repeats = 0;
        while (found < wanted && repeats < REPEATS_MAX && sequence.hasNext()) {
            DigitSequence.Choice choice = sequence.next();
            int bucket = bucket(projected, choice.table(), choice.ranks(), steps);
            repeats++;
            if (!met.get(bucket)) {
                met.set(bucket);
                buckets[found++] = bucket;
                repeats = 0;
            }
        }
        for (int bucket = 0; found < wanted; bucket++) {
            if (!met.get(bucket)) {
                buckets[found++] = bucket;
            }
        }
        return buckets;
    }

    /** The own slot, then the others by their distance from a value so far above its slot's low. */
    private static int[] nearest(double above) {
        return IntStream.of(STEPS)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer step) -> cost(above, step)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The squared way to a slot, in widths. */
    private static double cost(double above, int step) {
        double way = step == 0 ? 0 : step < 0 ? above - step - 1 : step - above;
        return way * way;
    }

    /** The bucket of one table, each slot moved by the step of its rank. */
    private int bucket(float[] projected, int table, int[] ranks, int[][] steps) {
        long hash = table;
        for (int i = 0; i < projections; i++) {
            int at = table * projections + i;
            long slot = (long) Math.floor(projected[at]);
            slot += ranks[i] == 0 ? 0 : steps[at][ranks[i]];
            hash = StableHash.mix(hash ^ slot) + slot;
        }
        return table << hashBits | (int) (StableHash.mix(hash) >>> (Long.SIZE - hashBits));
    }

    /** (a v + b) / w, by table and projection. */
    private float[] project(byte[] vector) {
        byte[] point = encoding == Encoding.FLOAT32 ? space.point(vector) : vector;
        float[] values = Vectors.toFloats(encoding, point, 0, dimensions);
        float[] projected = offsets.clone();
        for (int i = 0; i < dimensions; i++) {
            float value = values[i];
            int from = i * projected.length;
            for (int j = 0; j < projected.length; j++) {
                projected[j] += value * components[from + j];
            }
        }
        return projected;
    }
}
