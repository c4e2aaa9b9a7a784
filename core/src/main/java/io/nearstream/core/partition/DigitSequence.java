package io.nearstream.core.partition;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The buckets of several tables in the order in which they are worth visiting, where a bucket is
 * named by one digit per hash of its table and each digit has alternatives: query-directed
 * multi-probe (Lv, Josephson, Wang, Charikar, Li 2007), for more than two values a digit. Choices
 * come by the sum of their digits' costs, over all tables at once; the choice of the cheapest
 * digits of every table, its home, comes before all others, in the order of the tables.
 *
 * <p>A choice is a rank per digit. Each but a home follows from exactly one other: the one whose
 * last digit of a rank above 0 has one less. So every choice comes once, and none before the one it
 * follows from. Belongs to one thread.
 */
final class DigitSequence {
    private static final Comparator<Choice> CHEAPEST =
            Comparator.comparingDouble(Choice::cost)
                    .thenComparingInt(Choice::table)
                    .thenComparing(Choice::ranks, Arrays::compare);

    private final double[][] costs;
    private final int tables;
    private final int digits;
    private final PriorityQueue<Choice> following = new PriorityQueue<>(CHEAPEST);
    private int homes;

    /**
     * A bucket by its digits.
     *
     * @param cost sum of the costs of its digits
     * @param ranks by digit: which alternative, 0 for the cheapest
     * @param last the last digit whose rank is above 0, or -1
     */
    record Choice(double cost, int table, int[] ranks, int last) {}

    /**
     * @param costs by table and digit, then by rank: ascending, 0 for rank 0
     */
    DigitSequence(double[][] costs, int tables) {
        this.costs = costs;
        this.tables = tables;
        this.digits = costs.length / tables;
    }

    /** Whether there is another choice. */
    boolean hasNext() {
        return homes < tables || !following.isEmpty();
    }

    /** The next choice; only where there is one. */
    Choice next() {
        if (homes < tables) {
            Choice home = new Choice(0, homes++, new int[digits], -1);
            follow(home);
            return home;
        }
        Choice choice = following.remove();
        follow(choice);
        return choice;
    }

    private void follow(Choice choice) {
        for (int digit = Math.max(0, choice.last); digit < digits; digit++) {
            double[] alternatives = costs[choice.table * digits + digit];
            int rank = choice.ranks[digit] + 1;
            if (rank < alternatives.length) {
                int[] ranks = choice.ranks.clone();
                ranks[digit] = rank;
                double cost = choice.cost - alternatives[rank - 1] + alternatives[rank];
                following.add(new Choice(cost, choice.table, ranks, digit));
            }
        }
    }
}
