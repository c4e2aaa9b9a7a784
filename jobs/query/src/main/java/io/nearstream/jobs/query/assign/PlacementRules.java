package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.Version;
import java.util.Arrays;

/**
 * What an upsert, a delete or a move does to a record's placement. Pure.
 *
 * <p>The invariant: a probe that runs at the same time sees the old or the new, never neither. So a
 * bucket that a record leaves keeps a copy, overwritten by every later upsert, until a checkpoint
 * that began after the append to the new buckets is complete: by then every probe that was routed
 * before the append has been served. A delete takes all copies out at once. (What a whole older
 * generation held is not taken out copy by copy: its buckets empty themselves.)
 */
public final class PlacementRules {
    private PlacementRules() {}

    /**
     * What is to be sent to buckets, and the placement that results.
     *
     * @param next the record's new placement
     * @param appendTo buckets that get the row for the first time
     * @param replaceIn buckets that hold an earlier row of the record, and get the new one
     * @param removeFrom buckets that lose the record
     */
    public record Decision(Placement next, int[] appendTo, int[] replaceIn, int[] removeFrom) {}

    private static final int[] NONE = {};

    /** A newer version of the record, which belongs into these buckets. */
    public static Decision upsert(
            Placement now,
            Version version,
            int generation,
            int[] buckets,
            boolean hasPayload,
            long nextCheckpoint) {
        int[] held = union(now.buckets(), now.leaving());
        int[] leaving = minus(held, buckets);
        Placement next =
                new Placement(
                        version,
                        false,
                        generation,
                        buckets,
                        leaving,
                        leaveAfter(now, leaving, nextCheckpoint),
                        hasPayload,
                        0);
        return new Decision(next, minus(buckets, held), held, NONE);
    }

    /** The record is deleted. */
    public static Decision delete(Placement now, Version version, long forgetAt) {
        return new Decision(
                Placement.gone(version, forgetAt), NONE, NONE, union(now.buckets(), now.leaving()));
    }

    /** The record, at the same version, belongs into these buckets under a newer generation. */
    public static Decision move(Placement now, int generation, int[] buckets, long nextCheckpoint) {
        int[] held = union(now.buckets(), now.leaving());
        int[] leaving = minus(held, buckets);
        Placement next =
                new Placement(
                        now.version(),
                        false,
                        generation,
                        buckets,
                        leaving,
                        leaveAfter(now, leaving, nextCheckpoint),
                        now.hasPayload(),
                        0);
        return new Decision(next, minus(buckets, held), NONE, NONE);
    }

    /** Buckets that leave already keep their time: an id that is always written leaves them too. */
    private static long[] leaveAfter(Placement now, int[] leaving, long nextCheckpoint) {
        long[] after = new long[leaving.length];
        for (int i = 0; i < leaving.length; i++) {
            int known = indexOf(now.leaving(), leaving[i]);
            after[i] = known < 0 ? nextCheckpoint : now.leaveAfter()[known];
        }
        return after;
    }

    /** Older copies go whose time has come; the same placement where there are none. */
    public static Decision leave(Placement now, long completedCheckpoint) {
        int[] stay = new int[now.leaving().length];
        long[] after = new long[stay.length];
        int count = 0;
        for (int i = 0; i < stay.length; i++) {
            if (now.leaveAfter()[i] > completedCheckpoint) {
                stay[count] = now.leaving()[i];
                after[count++] = now.leaveAfter()[i];
            }
        }
        if (count == stay.length) {
            return new Decision(now, NONE, NONE, NONE);
        }
        Placement next = now.withLeaving(Arrays.copyOf(stay, count), Arrays.copyOf(after, count));
        return new Decision(next, NONE, NONE, minus(now.leaving(), next.leaving()));
    }

    /** Whether the record lives in a bucket, now and not only until it may leave. */
    public static boolean belongs(Placement now, int bucket) {
        return contains(now.buckets(), bucket);
    }

    private static int[] union(int[] left, int[] right) {
        int[] more = minus(right, left);
        if (more.length == 0) {
            return left;
        }
        int[] both = Arrays.copyOf(left, left.length + more.length);
        System.arraycopy(more, 0, both, left.length, more.length);
        return both;
    }

    /** The few of left that are not in right; both are short. */
    private static int[] minus(int[] left, int[] right) {
        int[] rest = new int[left.length];
        int count = 0;
        for (int value : left) {
            if (!contains(right, value)) {
                rest[count++] = value;
            }
        }
        return count == left.length ? left : Arrays.copyOf(rest, count);
    }

    private static boolean contains(int[] values, int wanted) {
        return indexOf(values, wanted) >= 0;
    }

    private static int indexOf(int[] values, int wanted) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
