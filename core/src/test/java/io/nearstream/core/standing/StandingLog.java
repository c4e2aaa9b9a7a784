package io.nearstream.core.standing;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A random log of a collection with standing queries: few ids, clustered vectors, updates, deletes,
 * expiries; registrations, renewals, replacements and drops.
 *
 * @param centroids of the cells; empty where there is one for all
 * @param changes in order of their versions
 * @param registrations in order of their stamps
 */
public record StandingLog(
        StandingRules rules,
        byte[] centroids,
        List<IndexChange> changes,
        List<Registration> registrations) {
    private static final int DIMENSIONS = 8;
    private static final List<String> LABELS = List.of("red", "green", "blue");

    public static StandingLog random(SplittableRandom random, int length) {
        boolean bits = random.nextInt(4) == 0;
        Metric metric = bits ? Metric.HAMMING : random.nextBoolean() ? Metric.L2 : Metric.COSINE;
        Encoding encoding = bits ? Encoding.BINARY : Encoding.values()[random.nextInt(4)];
        int dimensions = bits ? 32 : DIMENSIONS;
        VectorSpace space = VectorSpace.of(metric, encoding, dimensions);
        List<byte[]> centres = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            centres.add(vector(random, space, null));
        }
        int differences = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 1_000;
        byte[] centroids = centroids(random, space, centres);
        StandingRules rules =
                new StandingRules(space, cells(space, centroids), 1_000, 1_000, differences);
        List<IndexChange> changes = new ArrayList<>();
        List<Registration> registrations = new ArrayList<>();
        int ids = 1 + random.nextInt(60);
        long time = 1_000;
        for (int i = 0; i < length; i++) {
            time += random.nextInt(random.nextInt(20) == 0 ? 400 : 4);
            String id = "r" + random.nextInt(ids);
            changes.add(change(random, space, centres, id, new Version(time, 0, i)));
            if (random.nextInt(8) == 0) {
                Version stamp = new Version(time + random.nextInt(3), 0, registrations.size());
                registrations.add(registration(random, space, centres, registrations, stamp));
            }
        }
        return new StandingLog(rules, centroids, changes, registrations);
    }

    private static StandingCells cells(VectorSpace space, byte[] centroids) {
        return centroids.length == 0
                ? StandingCells.single()
                : StandingCells.of(
                        CellVisits.of(
                                space.metric(), space.encoding(), space.dimensions(), centroids));
    }

    private static byte[] centroids(
            SplittableRandom random, VectorSpace space, List<byte[]> centres) {
        if (random.nextInt(3) == 0) {
            return new byte[0];
        }
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            sample.add(vector(random, space, centres.get(random.nextInt(centres.size()))));
        }
        return CellVisits.train(
                        space.metric(),
                        space.encoding(),
                        space.dimensions(),
                        sample,
                        1 + random.nextInt(12),
                        random.nextLong())
                .centroids();
    }

    private static IndexChange change(
            SplittableRandom random,
            VectorSpace space,
            List<byte[]> centres,
            String id,
            Version version) {
        RecordKey key = new RecordKey(7, id);
        if (random.nextInt(4) == 0) {
            return IndexChange.deleted(key, version);
        }
        long expiry =
                random.nextInt(5) == 0 ? version.time() + random.nextInt(60) : IndexChange.NEVER;
        List<String> labels =
                random.nextBoolean() ? List.of() : List.of(LABELS.get(random.nextInt(3)));
        byte[] near = centres.get(random.nextInt(centres.size()));
        return new IndexChange(
                key,
                false,
                version,
                vector(random, space, near),
                new int[0],
                0,
                0,
                labels,
                new byte[0],
                version.time(),
                expiry);
    }

    private static Registration registration(
            SplittableRandom random,
            VectorSpace space,
            List<byte[]> centres,
            List<Registration> before,
            Version stamp) {
        QueryName name = new QueryName("s" + random.nextInt(2), "q" + random.nextInt(4));
        long lease = random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 1_000_000;
        return switch (random.nextInt(before.isEmpty() ? 1 : 6)) {
            case 1 -> Registration.drop(name, stamp);
            case 2, 3 -> {
                Registration again = before.get(random.nextInt(before.size()));
                yield again.query().isEmpty()
                        ? Registration.drop(again.name(), stamp)
                        : Registration.of(
                                again.name(),
                                stamp,
                                again.query().get(),
                                lease,
                                random.nextBoolean());
            }
            default -> Registration.of(name, stamp, query(random, space, centres), lease, false);
        };
    }

    private static StandingQuery query(
            SplittableRandom random, VectorSpace space, List<byte[]> centres) {
        double radius =
                switch (space.metric()) {
                    case L2 -> 8;
                    case COSINE -> 0.01;
                    default -> 4;
                };
        return new StandingQuery(
                vector(random, space, centres.get(random.nextInt(centres.size()))),
                1 + random.nextInt(random.nextBoolean() ? 3 : 30),
                random.nextBoolean() ? radius : Double.POSITIVE_INFINITY,
                random.nextInt(3) > 0
                        ? LabelFilter.NONE
                        : new LabelFilter(List.of("red", "green"), List.of(), List.of()),
                random.nextBoolean() ? StandingQuery.ALL_CELLS : 1 + random.nextInt(4));
    }

    /** Near a centre, or anywhere without one; equal ones are likely. */
    private static byte[] vector(SplittableRandom random, VectorSpace space, byte[] centre) {
        byte[] vector = new byte[space.vectorBytes()];
        if (space.metric() == Metric.HAMMING) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = centre == null ? (byte) random.nextInt() : centre[i];
            }
            vector[random.nextInt(vector.length)] ^= (byte) (1 << random.nextInt(8));
            return vector;
        }
        for (int i = 0; i < space.dimensions(); i++) {
            float value =
                    centre == null
                            ? 20 + random.nextInt(90)
                            : Vectors.value(space.encoding(), centre, 0, i) + random.nextInt(3);
            switch (space.encoding()) {
                case FLOAT32 -> Vectors.putFloat(vector, 0, i, value);
                case FLOAT16 -> Vectors.putHalf(vector, 0, i, Vectors.floatToHalf(value));
                default -> vector[i] = (byte) Math.min(value, 127);
            }
        }
        return vector;
    }
}
