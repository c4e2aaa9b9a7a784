package io.nearstream.core.partition;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The buckets of sign projection in the order in which they are worth visiting: query-directed
 * multi-probe (Lv, Josephson, Wang, Charikar, Li 2007) over all tables at once. A bucket that
 * differs from the query's own in some bits costs the sum of their squared margins; a bucket of
 * every table costs 0, its own, in the order of the tables. Every bucket comes once.
 *
 * <p>Bits of a table are ranked by margin; a step names the flipped bits by rank. From each step
 * two others follow: its last rank moves on by one (shift), or the next rank joins it (expand).
 */
final class ProbeSequence {
    private static final Comparator<Step> CHEAPEST =
            Comparator.comparingDouble(Step::cost)
                    .thenComparingInt(Step::table)
                    .thenComparingInt(Step::ranks);

    private final float[] margins;
    private final int hashBits;
    private final int tables;
    private final int[] bitsByRank;
    private final double[] costsByRank;
    private final PriorityQueue<Step> steps = new PriorityQueue<>(CHEAPEST);
    private int homes;

    /** Ranks are a set as bits, never empty. */
    private record Step(double cost, int table, int ranks) {
        int last() {
            return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(ranks);
        }
    }

    /**
     * @param margins by table and bit
     * @param hashBits bits per table, 1 to 20
     */
    ProbeSequence(float[] margins, int hashBits, int tables) {
        this.margins = margins;
        this.hashBits = hashBits;
        this.tables = tables;
        this.bitsByRank = new int[hashBits * tables];
        this.costsByRank = new double[hashBits * tables];
    }

    /** The bucket of a table that the margins point to. */
    static int home(float[] margins, int hashBits, int table) {
        int signature = 0;
        for (int bit = 0; bit < hashBits; bit++) {
            if (margins[table * hashBits + bit] > 0) {
                signature |= 1 << bit;
            }
        }
        return table << hashBits | signature;
    }

    /** The next bucket; asked for at most tables * 2^hashBits times. */
    int next() {
        if (homes < tables) {
            int table = homes++;
            rank(table);
            steps.add(new Step(costsByRank[table * hashBits], table, 1));
            return home(margins, hashBits, table);
        }
        Step step = steps.remove();
        int from = step.table * hashBits;
        int last = step.last();
        if (last + 1 < hashBits) {
            double next = costsByRank[from + last + 1];
            int joined = step.ranks | 1 << (last + 1);
            steps.add(new Step(step.cost + next, step.table, joined));
            double shifted = step.cost - costsByRank[from + last] + next;
            steps.add(new Step(shifted, step.table, joined & ~(1 << last)));
        }
        int bucket = home(margins, hashBits, step.table);
        for (int rank = 0; rank <= last; rank++) {
            if ((step.ranks >>> rank & 1) != 0) {
                bucket ^= 1 << bitsByRank[from + rank];
            }
        }
        return bucket;
    }

    private void rank(int table) {
        int from = table * hashBits;
        int[] bits =
                IntStream.range(0, hashBits)
                        .boxed()
                        .sorted(Comparator.comparingDouble(bit -> Math.abs(margins[from + bit])))
                        .mapToInt(Integer::intValue)
                        .toArray();
        System.arraycopy(bits, 0, bitsByRank, from, hashBits);
        for (int rank = 0; rank < hashBits; rank++) {
            double margin = margins[from + bits[rank]];
            costsByRank[from + rank] = margin * margin;
        }
    }
}
