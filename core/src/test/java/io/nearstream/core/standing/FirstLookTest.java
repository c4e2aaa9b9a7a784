package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The first look leaves out much, and never what counts. */
class FirstLookTest {
    private static final int[] DIMENSIONS = {1, 3, 24, 24, 24, 100, 130, 300};
    private static final int QUERIES = 60;
    private static final int RECORDS = 8;

    private final AtomicLong within = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();

    @Test
    void whatIsWithinReachIsNeverLeftOut() {
        Property.holds(
                400,
                random -> {
                    VectorSpace space = space(random);
                    float magnitude = (float) Math.pow(10, random.nextInt(-17, 19));
                    Case of = new Case(space, random, random.nextBoolean() ? 1 : magnitude);
                    for (int i = 0; i < QUERIES; i++) {
                        of.put(random.nextInt(3 * FirstLook.PAGE_ROWS));
                    }
                    for (int i = 0; i < RECORDS; i++) {
                        look(of);
                    }
                });
        assertThat(leftOut.get()).isGreaterThan(within.get() / 10);
    }

    private void look(Case of) {
        List<byte[]> queries = new ArrayList<>(of.queries.values());
        byte[] record =
                of.random.nextInt(4) == 0
                        ? queries.get(of.random.nextInt(queries.size()))
                        : of.vector();
        Visitors visitors = new Visitors();
        TreeMap<Integer, Double> scores = new TreeMap<>();
        of.queries.forEach(
                (slot, query) -> {
                    if (of.random.nextInt(3) > 0) {
                        visitors.add(slot);
                        scores.put(slot, of.score(query, record));
                    }
                });
        of.look.meet(record);
        scores.forEach(of.look::reach);
        assertThat(of.within(visitors)).as("%s, at its score", of.space).isEqualTo(all(scores));
        scores.keySet().forEach(slot -> of.look.reach(slot, Double.POSITIVE_INFINITY));
        assertThat(of.within(visitors)).as("%s, anywhere", of.space).isEqualTo(all(scores));
        scores.forEach((slot, score) -> of.look.reach(slot, score - Math.abs(score) / 4));
        if (of.space.encoding().isFloat()) { // others are scored whole
            within.addAndGet(scores.size());
            leftOut.addAndGet(scores.size() - of.within(visitors).size());
        }
    }

    private static List<Integer> all(TreeMap<Integer, Double> scores) {
        return new ArrayList<>(scores.keySet());
    }

    /** A look with queries in some slots. */
    private static final class Case {
        private final VectorSpace space;
        private final SplittableRandom random;
        private final float magnitude;
        private final FirstLook look;
        private final TreeMap<Integer, byte[]> queries = new TreeMap<>();

        Case(VectorSpace space, SplittableRandom random, float magnitude) {
            this.space = space;
            this.random = random;
            this.magnitude = magnitude;
            this.look = FirstLook.of(space, centre());
        }

        /** None, one of a vector, or one that is far away. */
        private float[] centre() {
            float[] centre = Vectors.toFloats(space.encoding(), vector(), 0, space.dimensions());
            int choice = random.nextInt(8);
            for (int i = 0; i < centre.length; i++) {
                centre[i] *= choice == 0 ? 1e15f : choice == 1 ? 100 : 1;
            }
            return choice == 2 ? new float[0] : centre;
        }

        void put(int slot) {
            byte[] query = vector();
            look.put(slot, query);
            queries.put(slot, query);
        }

        double score(byte[] query, byte[] record) {
            return space.score(space.query(query), record, 0, space.inverseNorm(record, 0));
        }

        List<Integer> within(Visitors visitors) {
            int[] masks = look.within(visitors);
            List<Integer> slots = new ArrayList<>();
            for (int i = 0; i < visitors.blocks(); i++) {
                for (int bit = 0; bit < SlotBlocks.SLOTS; bit++) {
                    if ((masks[i] >>> bit & 1) != 0) {
                        slots.add(visitors.block(i) * SlotBlocks.SLOTS + bit);
                    }
                }
            }
            return slots;
        }

        byte[] vector() {
            byte[] vector = new byte[space.vectorBytes()];
            int kind = random.nextInt(10);
            int spike = random.nextInt(space.dimensions());
            for (int i = 0; i < space.dimensions(); i++) {
                float value = (float) random.nextDouble(-1, 1);
                boolean isZero = kind == 0 && i != spike || isNothing(kind);
                value = isZero ? 0 : kind == 2 ? .5f : value;
                switch (space.encoding()) {
                    case FLOAT32 -> Vectors.putFloat(vector, 0, i, value * magnitude);
                    case FLOAT16 -> Vectors.putHalf(vector, 0, i, Vectors.floatToHalf(value));
                    default -> vector[i] = (byte) (1 + random.nextInt(100));
                }
            }
            return vector;
        }

        /** Zeros have no direction. */
        private boolean isNothing(int kind) {
            return kind == 1 && space.metric() != Metric.COSINE;
        }
    }

    private static VectorSpace space(SplittableRandom random) {
        Metric metric =
                new Metric[] {Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT}[random.nextInt(3)];
        Encoding encoding =
                new Encoding[] {Encoding.FLOAT32, Encoding.FLOAT16, Encoding.INT8, Encoding.UINT8}
                        [random.nextInt(4)];
        return VectorSpace.of(metric, encoding, DIMENSIONS[random.nextInt(DIMENSIONS.length)]);
    }
}
