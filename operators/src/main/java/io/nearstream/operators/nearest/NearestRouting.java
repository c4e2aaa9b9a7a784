package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinRouting;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.partition.StableHash;
import io.nearstream.operators.join.BucketRouting;

/** In which bucket a record of the index lives, one each, and which buckets a probe asks. */
public interface NearestRouting extends BucketRouting {
    /** Most flat buckets: a probe asks all of them. */
    int FLAT_MAX = 1_024;

    /** The buckets that a probe with a vector asks, at least one, none twice. */
    @FunctionalInterface
    interface Probing {
        int[] buckets(byte[] vector);
    }

    /** Opens in a task what says where probes look. */
    Probing probing(JoinRule rule);

    @Override
    default NearestRouting remembering(byte[] earlier) {
        return this;
    }

    /**
     * Buckets by a hash of the vector, under any metric. All are asked, so nothing is missed.
     *
     * @param buckets 1 to {@link #FLAT_MAX}; as permanent as the state
     */
    record Flat(int buckets) implements NearestRouting {
        public Flat {
            if (buckets < 1 || buckets > FLAT_MAX) {
                throw new IllegalArgumentException(
                        "buckets must be between 1 and %d, but was %d. A probe asks all of them: for more records use cells."
                                .formatted(FLAT_MAX, buckets));
            }
        }

        @Override
        public JoinRouting open(JoinRule rule) {
            return new Homes(StableHash.mix(buckets)) {
                @Override
                public int[] visits(byte[] vector) {
                    byte[] whole = rule.unpacked(vector);
                    long hash = StableHash.of(whole, 0, whole.length);
                    return new int[] {(int) Long.remainderUnsigned(hash, buckets)};
                }
            };
        }

        @Override
        public Probing probing(JoinRule rule) {
            int[] all = first(buckets);
            return vector -> all;
        }
    }

    /**
     * Learned cells; a record lives in that of the nearest centroid. A probe asks those that may
     * hold a neighbour, and of these no more than a share of all.
     *
     * @param centroids {@link CellVisits#centroids}
     * @param share of all cells that are asked at most, the nearest; above 0, 1 misses nothing
     * @param distanceMax the largest distance of a neighbour; infinite where there is none
     */
    record Cells(byte[] centroids, double share, double distanceMax) implements NearestRouting {
        public Cells {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "The share of cells must be above 0 and at most 1, but was %s. 1 misses no neighbour."
                                .formatted(share));
            }
        }

        private CellVisits cells(JoinRule rule) {
            return CellVisits.of(rule.metric(), rule.encoding(), rule.dimensions(), centroids);
        }

        @Override
        public JoinRouting open(JoinRule rule) {
            CellVisits cells = cells(rule);
            return new Homes(cells.hash()) {
                @Override
                public int[] visits(byte[] vector) {
                    return new int[] {cells.home(vector)};
                }
            };
        }

        @Override
        public Probing probing(JoinRule rule) {
            CellVisits cells = cells(rule);
            int most = (int) Math.ceil(share * cells.cells());
            int[] all = first(cells.cells());
            return vector -> {
                int[] may =
                        Double.isInfinite(distanceMax) ? all : cells.visits(vector, distanceMax, 1);
                return may.length <= most ? may : cells.nearest(vector, most);
            };
        }

        @Override
        public byte[] remembered() {
            return centroids;
        }

        @Override
        public NearestRouting remembering(byte[] earlier) {
            return new Cells(earlier, share, distanceMax);
        }
    }

    /** One home for each record, and no visits elsewhere. */
    abstract class Homes implements JoinRouting {
        private final long hash;

        Homes(long hash) {
            this.hash = hash;
        }

        @Override
        public final boolean livesEverywhere() {
            return false;
        }

        @Override
        public final long hash() {
            return hash;
        }
    }

    private static int[] first(int count) {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i;
        }
        return all;
    }
}
