package io.nearstream.core.join;

import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a join must say of a log: every pair of versions is looked at, nothing is remembered. */
public final class BruteForce {
    private final JoinRule rule;
    private final JoinRouting routing;
    private final VectorSpace space;
    private final List<Life> lives = new ArrayList<>();

    /** A version of a record from its beginning to what ends it. */
    private record Life(JoinChange begin, Optional<RecordRef> end) {
        RecordRef record() {
            return begin.record();
        }

        /** Whether it has not ended when another begins. */
        boolean outlasts(RecordRef other) {
            return end.isEmpty() || end.get().compareTo(other) > 0;
        }
    }

    /**
     * @param accepted changes, those of a record in order of their versions
     */
    public BruteForce(JoinRule rule, JoinRouting routing, List<JoinChange> accepted) {
        this.rule = rule;
        this.routing = routing;
        this.space = rule.space();
        Map<String, List<JoinChange>> byRecord = new LinkedHashMap<>();
        for (JoinChange change : accepted) {
            String key = change.record().side() + change.record().id();
            byRecord.computeIfAbsent(key, unknown -> new ArrayList<>()).add(change);
        }
        byRecord.values().forEach(this::addLives);
    }

    private void addLives(List<JoinChange> versions) {
        for (int i = 0; i < versions.size(); i++) {
            JoinChange change = versions.get(i);
            if (change.isLive()) {
                Optional<RecordRef> next =
                        i + 1 < versions.size()
                                ? Optional.of(versions.get(i + 1).record())
                                : Optional.empty();
                Version expiry = new Version(change.expiresAt(), Integer.MIN_VALUE, Long.MIN_VALUE);
                boolean expires =
                        change.expiresAt() != JoinChange.NEVER
                                && (next.isEmpty()
                                        || next.get().version().time() >= change.expiresAt());
                lives.add(
                        new Life(change, expires ? Optional.of(change.record().at(expiry)) : next));
            }
        }
    }

    /** All that is said, by the pairs that a rule keeps of each later record's. */
    public List<PairChange> says(int k) {
        List<PairChange> said = new ArrayList<>();
        for (Life later : lives) {
            List<Life> partners = new ArrayList<>();
            for (Life earlier : lives) {
                if (isPair(earlier, later)) {
                    partners.add(earlier);
                }
            }
            partners.stream()
                    .map(earlier -> Map.entry(earlier, pair(earlier, later)))
                    .sorted(
                            Comparator.<Map.Entry<Life, Pair>>comparingDouble(
                                            entry -> entry.getValue().distance())
                                    .thenComparing(entry -> entry.getValue().earlier()))
                    .limit(k)
                    .forEach(entry -> say(entry.getKey(), later, entry.getValue(), said));
        }
        return said;
    }

    private void say(Life earlier, Life later, Pair pair, List<PairChange> said) {
        said.add(PairChange.added(pair));
        if (rule.takesBack()) {
            java.util.stream.Stream.of(earlier.end(), later.end())
                    .flatMap(Optional::stream)
                    .min(Comparator.naturalOrder())
                    .filter(end -> !isOverAt(pair, end))
                    .ifPresent(end -> said.add(PairChange.takenBack(pair, end)));
        }
    }

    private boolean isOverAt(Pair pair, RecordRef end) {
        return rule.isOver(pair.earlier().version().time(), end.version().time());
    }

    /** Whether routing alone keeps a pair from being found. */
    boolean missesAny() {
        for (Life later : lives) {
            for (Life earlier : lives) {
                if (isWithin(earlier, later) && !meet(earlier, later)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isPair(Life earlier, Life later) {
        return isWithin(earlier, later) && meet(earlier, later);
    }

    private boolean isWithin(Life earlier, Life later) {
        RecordRef first = earlier.record();
        RecordRef second = later.record();
        boolean sides = rule.twoSided() == (first.side() != second.side());
        boolean near =
                rule.windowMs() == JoinRule.UNLIMITED
                        || Math.abs(earlier.begin().eventTime() - later.begin().eventTime())
                                <= rule.windowMs();
        return sides
                && near
                && first.compareTo(second) < 0
                && !first.isSameRecord(second)
                && earlier.outlasts(second)
                && !rule.isOver(first.version().time(), second.version().time())
                && score(earlier, later) <= space.score(rule.eps());
    }

    /** In a home of the earlier record, and there not too much nearer to the centre or further. */
    private boolean meet(Life earlier, Life later) {
        byte[] before = earlier.begin().vector();
        byte[] after = later.begin().vector();
        int[] homes = routing.visits(before);
        int count = routing.livesEverywhere() ? homes.length : 1;
        int[] visits = routing.visits(after);
        float[] ofHomes = routing.centres(before, homes);
        float[] ofVisits = routing.centres(after, visits);
        for (int home = 0; home < count; home++) {
            for (int visit = 0; visit < visits.length; visit++) {
                float apart = Math.abs(ofHomes[home] - ofVisits[visit]);
                boolean tooFar = apart > routing.reach(ofVisits[visit]); // never without a centre
                if (homes[home] == visits[visit] && !tooFar) {
                    return true;
                }
            }
        }
        return false;
    }

    private double score(Life earlier, Life later) {
        byte[] vector = earlier.begin().vector();
        return space.score(
                space.query(later.begin().vector()), vector, 0, space.inverseNorm(vector, 0));
    }

    private Pair pair(Life earlier, Life later) {
        return new Pair(earlier.record(), later.record(), space.distance(score(earlier, later)));
    }
}
