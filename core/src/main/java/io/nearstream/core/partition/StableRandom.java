package io.nearstream.core.partition;

/**
 * Random numbers that are the same in every JVM: SplitMix64 (Steele, Lea, Flood 2014). Not
 * thread-safe.
 */
public final class StableRandom {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    /** Numbers that follow from the seed alone. */
    public StableRandom(long seed) {
        this.state = StableHash.mix(seed + GOLDEN);
    }

    /** All 64 bits. */
    public long nextLong() {
        state += GOLDEN;
        return StableHash.mix(state);
    }

    /** 0 to bound - 1; the bias of the multiplication is below bound / 2^32. */
    public int nextInt(int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** Above 0, at most 1. */
    public double nextDouble() {
        return ((nextLong() >>> 11) + 1) * 0x1.0p-53;
    }

    /** Standard normal (Box and Muller), by StrictMath: the same bits everywhere. */
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
    }

    /** The numbers 0 to n - 1 in random order. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
