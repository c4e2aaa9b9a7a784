package io.nearstream.chaos.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Violations by kind, with the first few of each in words. Not thread-safe. */
public final class Findings {
    private static final int TOLD = 10;

    private final Map<Violation, Long> counts = new EnumMap<>(Violation.class);
    private final Map<Violation, List<String>> examples = new EnumMap<>(Violation.class);

    /** None yet. */
    public Findings() {
        for (Violation violation : Violation.values()) {
            counts.put(violation, 0L);
            examples.put(violation, new ArrayList<>());
        }
    }

    void add(Violation violation, String format, Object... details) {
        counts.merge(violation, 1L, Long::sum);
        List<String> told = examples.get(violation);
        if (told.size() < TOLD) {
            told.add(format.formatted(details));
        }
    }

    /** How many of a kind. */
    public long count(Violation violation) {
        return counts.get(violation);
    }

    /** The first few of a kind, in words. */
    public List<String> examples(Violation violation) {
        return List.copyOf(examples.get(violation));
    }

    /** Whether there is none at all. */
    public boolean none() {
        return counts.values().stream().allMatch(count -> count == 0);
    }

    @Override
    public String toString() {
        return none() ? "nothing wrong" : counts + " " + examples;
    }
}
