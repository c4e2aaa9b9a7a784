package io.nearstream.core.model;

import java.util.List;

/**
 * Which labels a hit must have. Exact.
 *
 * @param anyOf at least one of these; empty: no matter
 * @param allOf all of these
 * @param noneOf none of these
 */
public record LabelFilter(List<String> anyOf, List<String> allOf, List<String> noneOf) {
    /** Lets everything through. */
    public static final LabelFilter NONE = new LabelFilter(List.of(), List.of(), List.of());

    /** Whether it lets everything through. */
    public boolean isEmpty() {
        return anyOf.isEmpty() && allOf.isEmpty() && noneOf.isEmpty();
    }

    /** Whether a record with these labels may be a hit. */
    public boolean accepts(List<String> labels) {
        return labels.containsAll(allOf)
                && (anyOf.isEmpty() || anyOf.stream().anyMatch(labels::contains))
                && noneOf.stream().noneMatch(labels::contains);
    }
}
