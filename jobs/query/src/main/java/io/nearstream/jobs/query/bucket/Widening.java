package io.nearstream.jobs.query.bucket;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.jobs.query.message.ProbeMessage;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.annotation.Nullable;

/**
 * Which further buckets a query vector visits because its filter lets few records through. If one
 * of s records passes, the k nearest that pass are about as far away as the k * s nearest of all:
 * so many buckets are visited as these would need. How many pass is estimated from what was met so
 * far, and as the estimate is poor at first, the buckets at most double at a time. Belongs to the
 * task's thread.
 */
final class Widening {
    /**
     * Calibration is told of up to 100 neighbours in its sample; beyond that its prediction is too
     * low where the data lie in clusters, and at least so many records must have passed, of all
     * subtasks together.
     */
    private static final int PASSED_PER_NEIGHBOR = 4;

    private final Rule rule;
    private final byte[] query;
    private int reached;
    private int visited;
    private boolean budgetEnded;
    @Nullable private int[] order;

    /**
     * How the query vectors of a message widen.
     *
     * @param generation whose buckets are visited
     * @param collectionUid the collection
     * @param owned the subtask's buckets: of those further on, it visits its own
     * @param effort of the probe
     * @param k neighbours wanted
     * @param bucketsMax the budget: further on than this none is visited
     * @param pending buckets here that the generation no longer has and that may hold entries
     */
    record Rule(
            Generation generation,
            long collectionUid,
            OwnedBuckets owned,
            Effort effort,
            int k,
            int bucketsMax,
            int[] pending) {
        /** For a message; empty where it does not widen. */
        static Optional<Rule> of(
                ProbeMessage probe,
                Generation newest,
                OwnedBuckets owned,
                int bucketsMax,
                int[] pending) {
            return probe.widens() && newest.widens()
                    ? Optional.of(
                            new Rule(
                                    newest,
                                    probe.collectionUid(),
                                    owned,
                                    probe.effort(),
                                    probe.limit(),
                                    bucketsMax,
                                    pending))
                    : Optional.empty();
        }

        /** For one query vector, of which the first buckets have been visited. */
        Widening of(byte[] query) {
            return new Widening(this, query);
        }
    }

    private Widening(Rule rule, byte[] query) {
        this.rule = rule;
        this.query = query;
        this.reached = rule.effort.buckets(rule.generation, rule.k);
    }

    /**
     * The next buckets to visit, perhaps none of them here; null once enough were visited.
     *
     * @param met records so far
     * @param passed of these, the ones that the filter lets through
     */
    @Nullable
    int[] next(long met, long passed) {
        int all = rule.generation.bucketCount();
        int wanted = Math.min(all, wanted(met, passed));
        if (reached >= wanted) {
            return null;
        }
        int most = Math.min(wanted, rule.bucketsMax);
        if (reached >= most) {
            budgetEnded = true;
            return null;
        }
        int to = (int) Math.min(most, 2L * reached);
        int[] here = rule.owned.of(rule.collectionUid, further(to));
        if (rule.pending.length > 0) { // rows that are met again count once
            int[] split = rule.generation.probeRetired(query, to, 0);
            here =
                    IntStream.concat(
                                    IntStream.of(here),
                                    IntStream.of(VisitPlan.both(split, rule.pending)))
                            .toArray();
        }
        reached = to;
        visited += here.length;
        return here;
    }

    private int wanted(long met, long passed) {
        if (passed == met && met > 0) {
            return reached;
        }
        boolean selective = 2 * passed < met || met == 0;
        if (selective && passed < rule.owned.share() * PASSED_PER_NEIGHBOR * rule.k) {
            return Integer.MAX_VALUE;
        }
        long neighbors = Math.min(Integer.MAX_VALUE, (rule.k * met + passed - 1) / passed);
        return rule.generation.probes(rule.effort.targetRecall(), (int) neighbors);
    }

    /**
     * The buckets of the sequence behind those that were reached. The longest sequence of a fixed
     * family is another one, all buckets of one table: then it is all of them, and rows that are
     * met again count once.
     */
    private int[] further(int to) {
        if (order == null) {
            order = rule.generation.probe(query, reached);
        }
        int[] longer = rule.generation.probe(query, to);
        boolean goesOn = Arrays.equals(order, 0, reached, longer, 0, reached);
        order = longer;
        return goesOn ? Arrays.copyOfRange(longer, reached, to) : longer;
    }

    /** Further buckets that were visited here. */
    int visited() {
        return visited;
    }

    /** Whether the budget ended before enough buckets were visited. */
    boolean budgetEnded() {
        return budgetEnded;
    }
}
