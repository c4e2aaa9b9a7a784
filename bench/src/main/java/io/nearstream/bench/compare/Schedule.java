package io.nearstream.bench.compare;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a comparison is, and about how long it will take yet: each system as long as it took
 * last, one that was not measured yet as long as the others on average. One thread at a time.
 */
final class Schedule {
    private static final double SECONDS_PER_MINUTE = 60;

    private final Map<String, Integer> left = new HashMap<>();
    private final Map<String, Double> seconds = new HashMap<>();
    private final int all;
    private int begun;

    Schedule(List<String> systems, int rounds) {
        systems.forEach(system -> left.put(system, rounds));
        this.all = systems.size() * rounds;
    }

    /**
     * Begins with a system, and says so.
     *
     * @param round from 0
     */
    String next(String system, int round) {
        begun++;
        String what = "%d of %d: %s, round %d".formatted(begun, all, system, round + 1);
        return seconds.isEmpty()
                ? what
                : "%s; about %.0f min left"
                        .formatted(what, Math.ceil(secondsLeft() / SECONDS_PER_MINUTE));
    }

    /** A system was measured, in so long. */
    void took(String system, double measured) {
        seconds.put(system, measured);
        left.merge(system, -1, Integer::sum);
    }

    /** A system is not measured in this round. */
    void absent(String system) {
        begun++;
        left.put(system, 0);
    }

    private double secondsLeft() {
        double mean =
                seconds.values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
        return left.entrySet().stream()
                .mapToDouble(each -> each.getValue() * seconds.getOrDefault(each.getKey(), mean))
                .sum();
    }
}
