package io.nearstream.jobs.query.bucket;

import java.util.Arrays;

/**
 * How many distinct ids were met, about: linear counting (Whang, Vander-Zanden, Taylor 1990) in a
 * bit map that stays in the processor's nearest cache, since every row that a probe meets is
 * counted. Up to some thousand ids the error is a fraction of one percent, and a map that has
 * become too full is twice as large for the next probe. Not thread-safe.
 */
final class DistinctCount {
    private static final int WORDS_FIRST = 1 << 10;
    private static final int WORDS_MAX = 1 << 17;

    /** Bits per distinct id below which the next map is larger. */
    private static final int BITS_PER_ID = 8;

    /** A map of more bits per id than this is halved: clearing it would cost every probe. */
    private static final int OVERSIZE = 16 * BITS_PER_ID;

    /** So many ids are counted exactly: of a few, two that fall together are more than a share. */
    private static final int EXACT_MAX = 256;

    private final long[] first = new long[EXACT_MAX];
    private long[] words = new long[WORDS_FIRST];
    private int known;
    private int set;

    /** Forgets all. */
    void reset() {
        if (words.length < WORDS_MAX && (long) BITS_PER_ID * set > bits()) {
            words = new long[2 * words.length];
        } else if (words.length > WORDS_FIRST && (long) OVERSIZE * set < bits()) {
            words = new long[words.length / 2];
        } else if (set > 0) {
            Arrays.fill(words, 0);
        }
        set = 0;
        known = 0;
    }

    private int bits() {
        return Long.SIZE * words.length;
    }

    /** Meets an id by its hash, all 64 bits well mixed. */
    void add(long idHash) {
        int bit = (int) idHash & (bits() - 1);
        long mask = 1L << bit;
        long word = words[bit >>> 6];
        if ((word & mask) == 0) {
            words[bit >>> 6] = word | mask;
            set++;
            if (known < EXACT_MAX) {
                first[known++] = idHash;
            }
        } else if (known < EXACT_MAX && !isKnown(idHash)) {
            first[known++] = idHash;
        }
    }

    private boolean isKnown(long idHash) {
        for (int i = 0; i < known; i++) {
            if (first[i] == idHash) {
                return true;
            }
        }
        return false;
    }

    /** Distinct ids, about. */
    long count() {
        if (known < EXACT_MAX) {
            return known;
        }
        double bits = bits();
        return Math.round(-bits * Math.log1p(-Math.min(set, bits - 1) / bits));
    }
}
