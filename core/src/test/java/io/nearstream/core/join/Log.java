package io.nearstream.core.join;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A random log of a join and its rule: few ids, clustered vectors, updates, deletes, expiries.
 *
 * @param changes in order of their versions; some versions of different records are equal
 * @param exact whether every pair is to be found
 */
public record Log(JoinRule rule, JoinRouting routing, List<JoinChange> changes, boolean exact) {
    private static final int DIMENSIONS = 16;

    public static Log random(SplittableRandom random, int length) {
        return random(random, length, true);
    }

    public static Log random(SplittableRandom random, int length, boolean takesBack) {
        Metric metric =
                new Metric[] {Metric.L2, Metric.COSINE, Metric.HAMMING, Metric.JACCARD}
                        [random.nextInt(4)];
        Encoding encoding =
                switch (metric) {
                    case HAMMING -> Encoding.BINARY;
                    case JACCARD -> Encoding.SET64;
                    default -> Encoding.values()[random.nextInt(4)];
                };
        double eps =
                switch (metric) {
                    case L2 -> 10;
                    case COSINE -> 0.01;
                    case HAMMING -> 3;
                    default -> 0.5;
                };
        boolean windowed = random.nextInt(3) == 0;
        long window = windowed ? random.nextInt(60) : JoinRule.UNLIMITED;
        long retain = random.nextInt(3) == 0 ? random.nextInt(60) : JoinRule.UNLIMITED;
        boolean twoSided = random.nextBoolean();
        JoinRule rule =
                new JoinRule(
                        metric, encoding, DIMENSIONS, eps, twoSided, window, retain, takesBack);
        List<byte[]> centres = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            centres.add(vector(random, rule, null));
        }
        double share = random.nextBoolean() ? 1 : 0.3;
        JoinRouting routing = routing(random, rule, centres, share);
        List<JoinChange> changes = new ArrayList<>();
        long time = 1_000;
        for (int i = 0; i < length; i++) {
            time += random.nextInt(4);
            changes.add(change(random, rule, centres, new Version(time, 0, offset(random, i))));
        }
        changes.sort((a, b) -> a.record().compareTo(b.record()));
        return new Log(rule, routing, changes, share == 1 && !routing.livesEverywhere());
    }

    /** Some versions are equal, as where a stream has nothing but a time. */
    private static long offset(SplittableRandom random, int i) {
        return random.nextInt(3) == 0 ? 0 : i;
    }

    private static JoinRouting routing(
            SplittableRandom random, JoinRule rule, List<byte[]> centres, double share) {
        if (rule.metric() == Metric.JACCARD) {
            return JoinRouting.bands(rule, 1 + random.nextInt(6), 1, 8, random.nextLong());
        }
        if (random.nextInt(4) == 0) {
            return JoinRouting.single();
        }
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            sample.add(vector(random, rule, centres.get(random.nextInt(centres.size()))));
        }
        CellVisits cells =
                CellVisits.train(
                        rule.metric(),
                        rule.encoding(),
                        rule.dimensions(),
                        sample,
                        1 + random.nextInt(12),
                        random.nextLong());
        return JoinRouting.cells(rule, cells, share);
    }

    private static JoinChange change(
            SplittableRandom random, JoinRule rule, List<byte[]> centres, Version version) {
        byte side = (byte) (rule.twoSided() ? random.nextInt(2) : 0);
        RecordRef record = new RecordRef(side, "r" + random.nextInt(25), version);
        if (random.nextInt(6) == 0) {
            return JoinChange.deleted(record);
        }
        long expiry =
                random.nextInt(4) == 0 ? version.time() + random.nextInt(50) : JoinChange.NEVER;
        byte[] vector = vector(random, rule, centres.get(random.nextInt(centres.size())));
        long eventTime = version.time() - random.nextInt(40);
        return new JoinChange(record, false, vector, eventTime, expiry);
    }

    /** Near a centre, or anywhere without one. */
    static byte[] vector(SplittableRandom random, JoinRule rule, byte[] centre) {
        int dimensions = rule.dimensions();
        if (rule.metric() == Metric.JACCARD) {
            long[] elements = new long[dimensions / 2];
            for (int i = 0; i < elements.length; i++) {
                boolean same = centre != null && random.nextInt(8) > 0;
                elements[i] = same ? Sets.at(centre, 0, i) : random.nextInt(1_000);
            }
            return Sets.encode(elements, dimensions);
        }
        byte[] vector = new byte[rule.encoding().vectorBytes(dimensions)];
        if (rule.metric() == Metric.HAMMING) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = centre == null ? (byte) random.nextInt() : centre[i];
            }
            vector[random.nextInt(vector.length)] ^= (byte) (1 << random.nextInt(8));
            return vector;
        }
        for (int i = 0; i < dimensions; i++) {
            float value =
                    centre == null
                            ? 20 + random.nextInt(90)
                            : Vectors.value(rule.encoding(), centre, 0, i) + random.nextInt(6);
            put(rule, vector, i, value);
        }
        return vector;
    }

    private static void put(JoinRule rule, byte[] vector, int i, float value) {
        switch (rule.encoding()) {
            case FLOAT32 -> Vectors.putFloat(vector, 0, i, value);
            case FLOAT16 -> Vectors.putHalf(vector, 0, i, Vectors.floatToHalf(value));
            default -> vector[i] = (byte) Math.min(value, 127);
        }
    }
}
