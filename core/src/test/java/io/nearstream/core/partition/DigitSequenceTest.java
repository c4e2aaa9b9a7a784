package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DigitSequenceTest {
    private static double[][] costs(SplittableRandom random, int hashes) {
        double[][] costs = new double[hashes][];
        for (int i = 0; i < hashes; i++) {
            costs[i] = random.doubles(1 + random.nextInt(5), 0, 3).map(Math::rint).toArray();
            costs[i][0] = 0;
            Arrays.sort(costs[i]);
        }
        return costs;
    }

    @Test
    void everyChoiceComesOnceHomesFirstThenByCost() {
        Property.holds(
                100,
                random -> {
                    int tables = 1 + random.nextInt(3);
                    int digits = 1 + random.nextInt(4);
                    double[][] costs = costs(random, tables * digits);
                    DigitSequence sequence = new DigitSequence(costs, tables);
                    Set<String> met = new HashSet<>();
                    double before = 0;
                    while (sequence.hasNext()) {
                        DigitSequence.Choice choice = sequence.next();
                        if (met.size() < tables) {
                            assertThat(choice.table()).isEqualTo(met.size());
                            assertThat(choice.ranks()).containsOnly(0);
                        }
                        double cost = 0;
                        for (int digit = 0; digit < digits; digit++) {
                            int rank = choice.ranks()[digit];
                            cost += costs[choice.table() * digits + digit][rank];
                        }
                        assertThat(choice.cost()).isEqualTo(cost).isGreaterThanOrEqualTo(before);
                        before = cost;
                        String name = choice.table() + Arrays.toString(choice.ranks());
                        assertThat(met.add(name)).as(name).isTrue();
                    }
                    int all = 0;
                    for (int table = 0; table < tables; table++) {
                        int product = 1;
                        for (int digit = 0; digit < digits; digit++) {
                            product *= costs[table * digits + digit].length;
                        }
                        all += product;
                    }
                    assertThat(met).hasSize(all);
                });
    }
}
