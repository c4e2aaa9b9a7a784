package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The first look leaves out much, and never what counts. */
class FirstLookTest {
    private static final int DIMENSIONS = 24;

    @Test
    void whatIsWithinReachIsNeverLeftOut() {
        AtomicLong leftOut = new AtomicLong();
        AtomicLong within = new AtomicLong();
        Property.holds(
                400,
                random -> {
                    VectorSpace space = space(random);
                    FirstLook look = FirstLook.of(space);
                    float magnitude = (float) Math.pow(10, random.nextInt(-17, 19));
                    magnitude = random.nextBoolean() ? 1 : magnitude;
                    for (int trial = 0; trial < 50; trial++) {
                        int slot = random.nextInt(3 * FirstLook.PAGE_ROWS);
                        byte[] query = vector(space, random, magnitude);
                        look.put(slot, query);
                        byte[] record =
                                random.nextInt(4) == 0 ? query : vector(space, random, magnitude);
                        double score =
                                space.score(
                                        space.query(query),
                                        record,
                                        0,
                                        space.inverseNorm(record, 0));
                        look.meet(record);
                        look.reach(slot, score);
                        assertThat(look.mayReach(slot)).as("%s at %s", space, score).isTrue();
                        look.reach(slot, Double.POSITIVE_INFINITY);
                        assertThat(look.mayReach(slot)).isTrue();
                        within.incrementAndGet();
                        look.reach(slot, score - Math.abs(score) / 4);
                        leftOut.addAndGet(look.mayReach(slot) ? 0 : 1);
                    }
                });
        assertThat(leftOut.get()).isGreaterThan(within.get() / 10);
    }

    private static VectorSpace space(SplittableRandom random) {
        Metric metric =
                new Metric[] {Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT}[random.nextInt(3)];
        Encoding encoding =
                new Encoding[] {Encoding.FLOAT32, Encoding.FLOAT16, Encoding.INT8, Encoding.UINT8}
                        [random.nextInt(4)];
        return VectorSpace.of(metric, encoding, DIMENSIONS);
    }

    private static byte[] vector(VectorSpace space, SplittableRandom random, float magnitude) {
        byte[] vector = new byte[space.vectorBytes()];
        for (int i = 0; i < DIMENSIONS; i++) {
            float value = (float) random.nextDouble(-1, 1);
            switch (space.encoding()) {
                case FLOAT32 -> Vectors.putFloat(vector, 0, i, value * magnitude);
                case FLOAT16 -> Vectors.putHalf(vector, 0, i, Vectors.floatToHalf(value));
                default -> vector[i] = (byte) (1 + random.nextInt(100));
            }
        }
        return vector;
    }
}
