package io.nearstream.operators;

import io.nearstream.core.partition.StableHash;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An index that changes with time and elements that ask it, both by number, and what brute force
 * answers. Numbers come in two runs, the first and the second half of them, each of which begins at
 * the first time: so they are read by two subtasks of a source.
 */
final class MovingIndex {
    /** Changes of the index. */
    static final int CHANGES = 600;

    /** Elements. */
    static final int ELEMENTS = 400;

    /** No number of a run is by so much, or more, behind one before it, milliseconds. */
    static final long DISORDER_MS = 10;

    private static final int IDS = 40;
    private static final int VALUES = 20;
    private static final int SPAN_MS = 900;

    private MovingIndex() {}

    /** A number below a bound, other ones for other purposes. */
    private static int drawn(long i, int purpose, int bound) {
        return (int) Long.remainderUnsigned(StableHash.mix(i * 16 + purpose), bound);
    }

    private static long time(long i, int count, int purpose) {
        int run = count / 2;
        return i % run * SPAN_MS / run + drawn(i, purpose, (int) DISORDER_MS);
    }

    /** When a change of the index is. */
    static long changeTime(long i) {
        return time(i, CHANGES, 0);
    }

    /** When an element is. */
    static long elementTime(long i) {
        return time(i, ELEMENTS, 1);
    }

    /** A change of the index. */
    static JoinRecord change(long i) {
        String id = id(i);
        if (drawn(i, 3, 5) == 0) {
            return JoinRecord.gone(id).inSequence(i);
        }
        long expiresAt = drawn(i, 4, 4) == 0 ? changeTime(i) + 60 : JoinRecord.NEVER;
        return JoinRecord.of(id, place(i, 5)).inSequence(i).expiringAt(expiresAt);
    }

    private static String id(long i) {
        return "r" + drawn(i, 2, IDS);
    }

    /** The vector of an element. */
    static float[] element(long i) {
        return place(i, 7);
    }

    private static float[] place(long i, int purpose) {
        return new float[] {drawn(i, purpose, VALUES), drawn(i, purpose + 1, VALUES)};
    }

    /** Vectors as those of the index. */
    static List<byte[]> sample() {
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sample.add(Vectors.fromFloats(place(i, 5)));
        }
        return sample;
    }

    /** The neighbours of an element within a distance, by comparing it with all. */
    static List<Neighbour> nearest(long element, int k, double within) {
        long time = elementTime(element);
        List<Neighbour> near = new ArrayList<>();
        for (long i : newestAt(time).values()) {
            JoinRecord record = change(i);
            if (!record.delete() && record.expiresAt() > time) {
                double distance = distance(element(element), place(i, 5));
                near.add(new Neighbour(record.id(), distance, changeTime(i), i));
            }
        }
        return near.stream()
                .filter(neighbour -> neighbour.distance() <= within)
                .sorted(
                        Comparator.comparingDouble(Neighbour::distance)
                                .thenComparing(Neighbour::id))
                .limit(k)
                .toList();
    }

    /** The change that counts, by record. */
    private static Map<String, Long> newestAt(long time) {
        Comparator<Long> byVersion =
                Comparator.<Long>comparingLong(MovingIndex::changeTime)
                        .thenComparing(Comparator.naturalOrder());
        Map<String, Long> newest = new HashMap<>();
        for (long i = 0; i < CHANGES; i++) {
            if (changeTime(i) <= time) {
                newest.merge(
                        id(i), i, (one, other) -> byVersion.compare(one, other) < 0 ? other : one);
            }
        }
        return newest;
    }

    private static double distance(float[] one, float[] other) {
        double x = one[0] - other[0];
        double y = one[1] - other[1];
        return Math.sqrt(x * x + y * y);
    }
}
