package io.nearstream.operators.join;

/** Watermarks of the subtasks of an operator, of which receivers knew the least. */
public final class Frontiers {
    private Frontiers() {}

    /** The least; {@link Long#MIN_VALUE} of none. */
    public static long least(Iterable<Long> frontiers) {
        long least = Long.MAX_VALUE;
        boolean any = false;
        for (long frontier : frontiers) {
            least = Math.min(least, frontier);
            any = true;
        }
        return any ? least : Long.MIN_VALUE;
    }
}
