package io.nearstream.core.partition;

import com.dynatrace.hash4j.similarity.ElementHashProvider;
import com.dynatrace.hash4j.similarity.SimilarityHashPolicy;
import com.dynatrace.hash4j.similarity.SimilarityHashing;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.Sets;
import java.util.BitSet;

/**
 * Bands of minimum hashes (Broder 1997; banding as by Indyk and Motwani 1998), by SuperMinHash
 * (Ertl 2017): two sets agree in a component of their signatures with the probability of their
 * Jaccard similarity. A table hashes some components, its band, into a bucket; so sets of
 * similarity s share one of L buckets of r components each with a probability of about 1 - (1 -
 * s^r)^L. A probe visits the query's bucket of every table; no other bucket is likelier than any
 * other, so a longer probe goes on in their order. Immutable and thread-safe.
 */
final class MinHash implements SeededTables {
    private final SimilarityHashPolicy policy;
    private final int dimensions;
    private final int hashBits;
    private final int tables;
    private final int hashes;
    private final long salt;

    MinHash(CollectionSettings settings) {
        this.dimensions = settings.dimensions();
        this.hashBits = settings.hashBits();
        this.tables = settings.tables();
        this.hashes = settings.hashes();
        this.salt = new StableRandom(settings.seed()).nextLong();
        this.policy = SimilarityHashing.superMinHash(tables * hashes, Long.SIZE);
    }

    @Override
    public int hashBits() {
        return hashBits;
    }

    @Override
    public int homes() {
        return Math.min(tables, count());
    }

    @Override
    public int[] place(String id, byte[] set) {
        int size = Sets.size(set, 0, dimensions);
        byte[] signature =
                policy.createHasher()
                        .compute(
                                ElementHashProvider.ofFunction(
                                        i -> StableHash.mix(Sets.at(set, 0, i) ^ salt), size));
        int[] buckets = new int[tables];
        for (int table = 0; table < tables; table++) {
            long hash = table;
            for (int i = 0; i < hashes; i++) {
                hash = StableHash.mix(hash ^ policy.getComponent(signature, table * hashes + i));
            }
            buckets[table] = table << hashBits | (int) (hash >>> (Long.SIZE - hashBits));
        }
        return buckets;
    }

    @Override
    public int[] probe(byte[] query, int wanted) {
        if (wanted == count()) {
            return all();
        }
        int[] homes = place("", query);
        int[] buckets = new int[wanted];
        int found = Math.min(wanted, tables);
        System.arraycopy(homes, 0, buckets, 0, found);
        BitSet met = new BitSet();
        for (int home : homes) {
            met.set(home);
        }
        for (int bucket = 0; found < wanted; bucket++) {
            if (!met.get(bucket)) {
                buckets[found++] = bucket;
            }
        }
        return buckets;
    }
}
