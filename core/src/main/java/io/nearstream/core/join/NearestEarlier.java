package io.nearstream.core.join;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Of the pairs of one later record, those with its k nearest earlier records at its version. A pair
 * that is taken back is not made up for by another. Belongs to one thread.
 */
public final class NearestEarlier {
    private static final Comparator<PairChange> NEAREST_FIRST =
            Comparator.<PairChange>comparingDouble(change -> change.pair().distance())
                    .thenComparing(change -> change.pair().earlier());

    private final int k;

    /**
     * @param k at least 1
     */
    public NearestEarlier(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, but was " + k + ".");
        }
        this.k = k;
    }

    /**
     * Takes what buckets say of the record up to a watermark: all of a version at once.
     *
     * @param chosen the pairs that are there
     * @param changes in {@link PairChange#ORDER}
     * @return the pairs that are there now
     */
    public List<Pair> apply(List<Pair> chosen, List<PairChange> changes, Consumer<PairChange> out) {
        List<Pair> there = new ArrayList<>(chosen);
        int i = 0;
        while (i < changes.size()) {
            PairChange change = changes.get(i);
            if (!change.added()) {
                if (there.remove(change.pair())) {
                    out.accept(change);
                }
                i++;
                continue;
            }
            int end = i + 1;
            while (end < changes.size() && isOfSameVersion(change, changes.get(end))) {
                end++;
            }
            changes.subList(i, end).stream()
                    .sorted(NEAREST_FIRST)
                    .limit(k)
                    .forEach(
                            nearest -> {
                                there.add(nearest.pair());
                                out.accept(nearest);
                            });
            i = end;
        }
        return there;
    }

    private static boolean isOfSameVersion(PairChange one, PairChange other) {
        return other.added() && one.cause().equals(other.cause());
    }
}
