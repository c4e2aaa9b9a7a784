package io.nearstream.core.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What answers are at each version of a log: every record is looked at, nothing is remembered. */
public final class StandingBruteForce {
    private static final Comparator<Difference.Hit> NEAREST =
            Comparator.comparingDouble(Difference.Hit::distance).thenComparing(Difference.Hit::id);

    private final VectorSpace space;
    private final StandingCells cells;
    private final Map<String, TreeMap<Version, IndexChange>> log = new LinkedHashMap<>();
    private final TreeSet<Version> moments = new TreeSet<>();

    public StandingBruteForce(
            VectorSpace space, StandingCells cells, Collection<IndexChange> changes) {
        this.space = space;
        this.cells = cells;
        for (IndexChange change : changes) {
            log.computeIfAbsent(change.key().id(), unknown -> new TreeMap<>())
                    .putIfAbsent(change.version(), change);
            moments.add(change.version());
            if (!change.delete() && change.expiresAt() != IndexChange.NEVER) {
                moments.add(Telling.at(change.expiresAt()));
            }
        }
    }

    /**
     * What a query finds.
     *
     * @param hits nearest first
     * @param truncated whether more are within the radius of a range
     */
    private record Answer(List<Difference.Hit> hits, boolean truncated) {}

    /** The answer as of all writes up to a version. */
    private Answer answer(StandingQuery query, Version upTo) {
        VectorSpace.Query prepared = space.query(query.vector());
        int[] visited = cells.nearest(query.vector(), query.cells());
        double radius =
                query.radius() == Double.POSITIVE_INFINITY
                        ? query.radius()
                        : space.score(query.radius());
        List<Difference.Hit> hits = new ArrayList<>();
        for (TreeMap<Version, IndexChange> versions : log.values()) {
            Map.Entry<Version, IndexChange> newest = versions.floorEntry(upTo);
            if (newest == null || !lives(newest.getValue(), upTo)) {
                continue;
            }
            IndexChange record = newest.getValue();
            byte[] vector = record.vector();
            double score = space.score(prepared, vector, 0, space.inverseNorm(vector, 0));
            int home = cells.home(vector);
            if (score <= radius
                    && query.filter().accepts(record.labels())
                    && IntStream.of(visited).anyMatch(cell -> cell == home)) {
                hits.add(
                        new Difference.Hit(
                                record.key().id(), space.distance(score), record.version(), 0));
            }
        }
        hits.sort(NEAREST);
        List<Difference.Hit> ranked = new ArrayList<>();
        for (int i = 0; i < Math.min(hits.size(), query.limit()); i++) {
            Difference.Hit hit = hits.get(i);
            ranked.add(new Difference.Hit(hit.id(), hit.distance(), hit.version(), i));
        }
        return new Answer(ranked, query.isRange() && hits.size() > query.limit());
    }

    private static boolean lives(IndexChange record, Version upTo) {
        return !record.delete()
                && record.expiresAt() > record.version().time()
                && (record.expiresAt() == IndexChange.NEVER
                        || Telling.at(record.expiresAt()).isNewerThan(upTo));
    }

    /**
     * Whether the fold of what was told of one query is its answer, at every version of the log
     * from the first snapshot to the end of the query.
     *
     * @return how many versions were looked at
     * @throws AssertionError where it is not
     */
    public int check(StandingQuery query, List<Difference> told) {
        StandingFold fold = new StandingFold();
        TreeSet<Version> all = new TreeSet<>(moments);
        told.forEach(difference -> all.add(difference.cause()));
        int next = 0;
        int checked = 0;
        for (Version moment : all) {
            while (next < told.size() && !told.get(next).cause().isNewerThan(moment)) {
                fold.take(told.get(next++));
            }
            if (fold.isCurrent()) {
                checked++;
                Answer expected = answer(query, moment);
                Answer folded = new Answer(List.copyOf(fold.hits()), fold.isTruncated());
                if (!folded.equals(expected)) {
                    throw new AssertionError(
                            "As of %s the fold is %s, but brute force finds %s."
                                    .formatted(moment, folded, expected));
                }
            }
        }
        if (next < told.size()) {
            throw new AssertionError("Out of order: " + told.get(next) + " in " + told);
        }
        return checked;
    }
}
