package io.nearstream.core.join;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.StableHash;
import java.util.Arrays;

/**
 * Where records of a join live and look for their partners. Two records that are a pair, the later
 * of which looks into a home of the earlier one, meet; thread-safe.
 */
public interface JoinRouting {
    /**
     * How the share of the way within a cell follows from a: of the near pairs of Fashion-MNIST a =
     * .5 loses one in a thousand by it, and saves a fifth of the distances.
     */
    double SHELL_EXPONENT = 0.6;

    /** The buckets that a record visits, its homes first, without duplicates; at least one. */
    int[] visits(byte[] vector);

    /**
     * How far a record is from the centres of buckets that it visits, {@link Visit#NO_CENTRE} where
     * they have none: partners are nearly as far, see {@link #reach}.
     */
    default float[] centres(byte[] vector, int[] visits) {
        float[] none = new float[visits.length];
        Arrays.fill(none, Visit.NO_CENTRE);
        return none;
    }

    /** By how much a partner may be nearer to a centre than a record, or further from it. */
    default float reach(float centre) {
        return Float.POSITIVE_INFINITY;
    }

    /** Whether it lives in all buckets that it visits; else in the first only. */
    boolean livesEverywhere();

    /** Tells routings apart that visit other buckets; the same in every JVM. */
    long hash();

    /**
     * One home each, visits by the bisector rule.
     *
     * @param share a, above 0 and at most 1; 1 finds every pair
     */
    static JoinRouting cells(JoinRule rule, CellVisits cells, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "a must be above 0 and at most 1, but was %s. 1 finds every pair."
                            .formatted(share));
        }
        return cells(rule, cells, share, Math.pow(share, SHELL_EXPONENT));
    }

    /**
     * The same.
     *
     * @param shell the share of the way that a record looks within a cell: towards and away from
     *     its centre
     */
    static JoinRouting cells(JoinRule rule, CellVisits cells, double share, double shell) {
        double eps = rule.eps();
        return new JoinRouting() {
            @Override
            public int[] visits(byte[] vector) {
                return cells.visits(vector, eps, share);
            }

            @Override
            public float[] centres(byte[] vector, int[] visits) {
                return cells.distances(vector, visits);
            }

            @Override
            public float reach(float centre) {
                return cells.reach(centre, eps, shell);
            }

            @Override
            public boolean livesEverywhere() {
                return false;
            }

            @Override
            public long hash() {
                return cells.hash();
            }
        };
    }

    /**
     * One bucket for all: exact, and compares everything with everything. For few records, and
     * until there are cells.
     */
    static JoinRouting single() {
        return new JoinRouting() {
            @Override
            public int[] visits(byte[] vector) {
                return new int[] {0};
            }

            @Override
            public boolean livesEverywhere() {
                return false;
            }

            @Override
            public long hash() {
                return 1;
            }
        };
    }

    /**
     * Bands of minimum hashes: a set lives in one bucket of each of the tables, and two sets of
     * Jaccard similarity s meet with a probability of about 1 - (1 - s^r)^L for L tables of r
     * hashes (Broder 1997; Leskovec, Rajaraman, Ullman 2014, chapter 3).
     *
     * @param rule under JACCARD
     * @param tables L, 1 to 32
     * @param hashes r, 1 to 32
     * @param hashBits bits of a bucket's number in its table, 1 to 20
     */
    static JoinRouting bands(JoinRule rule, int tables, int hashes, int hashBits, long seed) {
        if (rule.metric() != Metric.JACCARD) {
            throw new IllegalArgumentException(
                    "metric must be JACCARD for bands, but was %s. Use cells."
                            .formatted(rule.metric()));
        }
        CollectionSettings settings =
                new CollectionSettings(
                        "join",
                        0,
                        rule.dimensions(),
                        rule.metric(),
                        rule.encoding(),
                        BucketScheme.MIN_HASH,
                        hashBits,
                        tables,
                        seed,
                        CollectionSettings.TARGET_RECALL_DEFAULT,
                        CollectionSettings.TRAIN_AFTER_DEFAULT,
                        CollectionSettings.CELLS_DEFAULT,
                        hashes,
                        0);
        Generation family = Generation.initial(settings);
        long hash =
                StableHash.mix(
                        StableHash.mix(seed) ^ (tables * 1_024L + hashes) * 1_024L + hashBits);
        return new JoinRouting() {
            @Override
            public int[] visits(byte[] vector) {
                return family.place("", vector);
            }

            @Override
            public boolean livesEverywhere() {
                return true;
            }

            @Override
            public long hash() {
                return hash;
            }
        };
    }
}
