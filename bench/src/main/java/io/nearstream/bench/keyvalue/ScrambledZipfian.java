package io.nearstream.bench.keyvalue;

import java.util.SplittableRandom;

/**
 * YCSB's scrambled zipfian: ranks among ten billion items, spread over the keys by a hash. So the
 * hottest key takes 3.8 % whatever the number of keys, and neighbours are not alike. Not
 * thread-safe.
 */
public final class ScrambledZipfian implements KeyChooser {
    /** YCSB's item count and its zeta, which takes minutes to add up. */
    static final long ITEMS = 10_000_000_000L;

    static final double ZETA_ITEMS = 26.46902820178302;

    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 1_099_511_628_211L;

    private final Zipfian ranks = new Zipfian(ITEMS, ZETA_ITEMS);
    private final int keys;

    /** Chooses among keys numbered from 0, at least one. */
    public ScrambledZipfian(int keys) {
        this.keys = keys;
    }

    @Override
    public int next(SplittableRandom random) {
        return keyOf(ranks.next(random), keys);
    }

    /** The key that a rank stands for: FNV over its bytes. */
    static int keyOf(long rank, int keys) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < Long.BYTES; i++) {
            hash ^= rank >>> (Byte.SIZE * i) & 0xFF;
            hash *= FNV_PRIME;
        }
        return (int) ((hash & Long.MAX_VALUE) % keys);
    }
}
