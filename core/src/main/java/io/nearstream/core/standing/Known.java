package io.nearstream.core.standing;

import java.util.Arrays;

/**
 * What one query knows: the nearest records, ordered by score, then id, and how far that is all
 * there are. The first of them are the answer, the others a reserve. Belongs to one thread.
 *
 * <p>Invariant: every live record that fits and that {@link #accepts} is in here; there are no more
 * than the capacity.
 */
final class Known {
    private static final int NONE = -1;

    private final RecordTable records;
    private final int limit;
    private final int capacity;
    private final boolean range;
    private final double radiusScore;
    private double[] scores;
    private int[] slots;
    private int size;
    private boolean complete = true;
    private double boundScore;
    private String boundId = "";
    private int dropped = NONE;

    private Known(RecordTable records, int limit, boolean range, double radiusScore) {
        this.records = records;
        this.limit = limit;
        this.range = range;
        this.capacity = StandingRules.capacity(limit);
        this.radiusScore = radiusScore;
        int first = Math.min(capacity, 2 * 16) + 1;
        this.scores = new double[first];
        this.slots = new int[first];
    }

    /**
     * Of a range.
     *
     * @param radiusScore largest score of a hit
     * @param limit the cap: hits of the answer, at most
     */
    static Known within(double radiusScore, int limit, RecordTable records) {
        return new Known(records, limit, true, radiusScore);
    }

    /** Of the so many nearest. */
    static Known nearest(int limit, RecordTable records) {
        return new Known(records, limit, false, Double.POSITIVE_INFINITY);
    }

    /** No record of a larger score is accepted. */
    double threshold() {
        return complete ? radiusScore : boundScore;
    }

    private boolean accepts(double score, String id) {
        if (complete) {
            return score <= radiusScore;
        }
        return score < boundScore || score == boundScore && id.compareTo(boundId) <= 0;
    }

    /**
     * Takes a record if it is accepted.
     *
     * @return its place, or -1; {@link #dropped} says which had to go for it
     */
    int offer(double score, int slot) {
        dropped = NONE;
        String id = records.entry(slot).id();
        if (!accepts(score, id)) {
            return NONE;
        }
        int at = place(score, id);
        insert(score, slot, at);
        if (size > capacity) {
            size--;
            dropped = slots[size];
            boundAt(scores[size - 1], records.entry(slots[size - 1]).id());
        }
        return at;
    }

    /** Puts back a record that was known, where there is room, and before a bound is set. */
    void restore(double score, int slot) {
        insert(score, slot, place(score, records.entry(slot).id()));
    }

    private void insert(double score, int slot, int at) {
        if (size == scores.length) {
            int grown = Math.min(2 * size, capacity + 1);
            scores = Arrays.copyOf(scores, grown);
            slots = Arrays.copyOf(slots, grown);
        }
        System.arraycopy(scores, at, scores, at + 1, size - at);
        System.arraycopy(slots, at, slots, at + 1, size - at);
        scores[at] = score;
        slots[at] = slot;
        size++;
    }

    private int place(double score, String id) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            boolean before =
                    scores[middle] < score
                            || scores[middle] == score
                                    && records.entry(slots[middle]).id().compareTo(id) < 0;
            if (before) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** What the last offer pushed out, which may be what was offered; -1 for nothing. */
    int dropped() {
        return dropped;
    }

    /** A record that is known goes; says its place. */
    int remove(int slot) {
        for (int i = 0; i < size; i++) {
            if (slots[i] == slot) {
                size--;
                System.arraycopy(scores, i + 1, scores, i, size - i);
                System.arraycopy(slots, i + 1, slots, i, size - i);
                return i;
            }
        }
        throw new IllegalStateException(
                "A query does not know '%s'.".formatted(records.entry(slot).id()));
    }

    /**
     * Whether there may be records that belong to the answer and are not known; of a range also one
     * behind its cap, by which {@link #isCut} is exact.
     */
    boolean isShort() {
        return size < (range ? limit + 1 : limit) && !complete;
    }

    /** Whether more are within the radius than the answer has, unless this {@link #isShort}. */
    boolean isCut() {
        return range && size > limit;
    }

    /** Forgets all, before every record that there is is offered. */
    void clear() {
        size = 0;
        complete = true;
    }

    /** How far all is known: what is beyond is not. */
    void boundAt(double score, String id) {
        complete = false;
        boundScore = score;
        boundId = id;
    }

    boolean complete() {
        return complete;
    }

    double boundScore() {
        return boundScore;
    }

    String boundId() {
        return boundId;
    }

    int size() {
        return size;
    }

    /** Hits of the answer now. */
    int hits() {
        return Math.min(size, limit);
    }

    int limit() {
        return limit;
    }

    int slot(int place) {
        return slots[place];
    }

    double score(int place) {
        return scores[place];
    }
}
