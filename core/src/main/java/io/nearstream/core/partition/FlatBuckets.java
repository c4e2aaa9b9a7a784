package io.nearstream.core.partition;

import java.util.Arrays;

/** Generation 0: a vector lies in one of a few buckets by its id, and every probe visits all. */
final class FlatBuckets implements Buckets {
    @Override
    public int[] place(String id, byte[] vector) {
        return new int[] {-1 - (int) (StableHash.of(id) & (Generation.FLAT_BUCKETS - 1))};
    }

    @Override
    public int[] probe(byte[] query, int count) {
        return Arrays.copyOf(all(), count);
    }

    @Override
    public int count() {
        return Generation.FLAT_BUCKETS;
    }

    @Override
    public int[] all() {
        int[] buckets = new int[Generation.FLAT_BUCKETS];
        Arrays.setAll(buckets, i -> -1 - i);
        return buckets;
    }

    @Override
    public boolean leaves(int bucket) {
        return false;
    }
}
