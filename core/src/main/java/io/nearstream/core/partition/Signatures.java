package io.nearstream.core.partition;

/**
 * A family whose hashes are bits, each with a margin: on which side of a border a vector lies, and
 * how far from it. A probe flips the bits of the smallest margins first: {@link ProbeSequence}.
 */
interface Signatures extends SeededTables {
    int tables();

    /** By table and bit: above 0 where the bit is set, the larger the farther from the border. */
    float[] margins(byte[] vector);

    @Override
    default int[] place(String id, byte[] vector) {
        float[] margins = margins(vector);
        int[] buckets = new int[tables()];
        for (int table = 0; table < buckets.length; table++) {
            buckets[table] = ProbeSequence.home(margins, hashBits(), table);
        }
        return buckets;
    }

    @Override
    default int[] probe(byte[] query, int wanted) {
        if (wanted == count()) {
            return all();
        }
        int[] buckets = new int[wanted];
        ProbeSequence sequence = new ProbeSequence(margins(query), hashBits(), tables());
        for (int i = 0; i < wanted; i++) {
            buckets[i] = sequence.next();
        }
        return buckets;
    }
}
