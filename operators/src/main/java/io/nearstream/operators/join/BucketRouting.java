package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRouting;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.partition.CellVisits;
import java.io.Serializable;

/** How a task of the join comes to its {@link JoinRouting}. */
@FunctionalInterface
public interface BucketRouting extends Serializable {
    /** Opens it in a task; called once. */
    JoinRouting open(JoinRule rule);

    /**
     * What the state keeps of it, so that it stays the same as long as the state; empty where the
     * parameters of the job say all.
     */
    default byte[] remembered() {
        return new byte[0];
    }

    /** The same with what an earlier attempt remembered. */
    default BucketRouting remembering(byte[] earlier) {
        return this;
    }

    /**
     * Cells of centroids that are known when the job is made. Where there is state, the cells that
     * it was made with go on to be used.
     *
     * @param centroids {@link CellVisits#centroids}
     * @param share a, above 0 and at most 1
     */
    static BucketRouting cells(byte[] centroids, double share) {
        return new Cells(centroids, share);
    }

    /** Bands of minimum hashes; see {@link JoinRouting#bands}. */
    static BucketRouting bands(int tables, int hashes, int hashBits, long seed) {
        return rule -> JoinRouting.bands(rule, tables, hashes, hashBits, seed);
    }

    /** One bucket for all. */
    static BucketRouting single() {
        return rule -> JoinRouting.single();
    }

    /** See {@link BucketRouting#cells}. */
    record Cells(byte[] centroids, double share) implements BucketRouting {
        @Override
        public JoinRouting open(JoinRule rule) {
            CellVisits cells =
                    CellVisits.of(rule.metric(), rule.encoding(), rule.dimensions(), centroids);
            return JoinRouting.cells(rule, cells, share);
        }

        @Override
        public byte[] remembered() {
            return centroids;
        }

        @Override
        public BucketRouting remembering(byte[] earlier) {
            return new Cells(earlier, share);
        }
    }
}
