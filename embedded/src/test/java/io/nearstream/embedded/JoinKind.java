package io.nearstream.embedded;

import io.nearstream.core.join.BruteForce;
import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRouting;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.wire.MatchWire;
import io.nearstream.jobs.join.JoinJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * A join of a test: the job, and what brute force says in its place. All jobs run beside each
 * other, told apart by their names.
 *
 * @param name of the job, which its matches carry
 * @param left the collection that is joined
 * @param right the one that it is joined with; the same in a join with itself
 * @param eps largest distance of a pair
 * @param nearest how many nearest earlier records are said of each later one; 0 for all
 * @param windowMs largest difference of event times; 0 for any
 * @param latenessMs with a window: how late records come
 * @param tables of sets: bands
 * @param hashes of sets: minimum hashes of a band
 */
record JoinKind(
        String name,
        CollectionSettings left,
        CollectionSettings right,
        double eps,
        int nearest,
        long windowMs,
        long latenessMs,
        int tables,
        int hashes) {
    private static final int HASH_BITS = 20;
    private static final int PARALLELISM = 2;

    /** All pairs of a collection of vectors with itself. */
    static JoinKind ofItself(String name, CollectionSettings joined, double eps) {
        return new JoinKind(name, joined, joined, eps, 0, 0, 0, 0, 0);
    }

    /** Pairs of two collections of vectors. */
    static JoinKind ofTwo(
            String name,
            CollectionSettings left,
            CollectionSettings right,
            double eps,
            int nearest,
            long windowMs,
            long latenessMs) {
        return new JoinKind(name, left, right, eps, nearest, windowMs, latenessMs, 0, 0);
    }

    /** Pairs of sets that share a band. */
    static JoinKind ofSets(
            String name, CollectionSettings sets, double eps, int nearest, int tables, int hashes) {
        return new JoinKind(name, sets, sets, eps, nearest, 0, 0, tables, hashes);
    }

    NamedJob job() {
        return new NamedJob(name, JoinJob::jobGraph);
    }

    /** What the job is submitted with. */
    Configuration configuration(EmbeddedNearstream nearstream) {
        Configuration configuration = nearstream.flink().configuration();
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, PARALLELISM);
        configuration.set(JoinOptions.JOB, name);
        configuration.set(JoinOptions.LEFT, left.name());
        configuration.set(JoinOptions.EPS, eps);
        configuration.set(JoinOptions.NEAREST, nearest);
        if (isTwoSided()) {
            configuration.set(JoinOptions.RIGHT, right.name());
        }
        if (windowMs > 0) {
            configuration.set(JoinOptions.WINDOW, Duration.ofMillis(windowMs));
            configuration.set(JoinOptions.LATENESS, Duration.ofMillis(latenessMs));
        }
        if (isOfSets()) {
            configuration.set(JoinOptions.TABLES, tables);
            configuration.set(JoinOptions.HASHES, hashes);
        }
        return configuration;
    }

    private boolean isTwoSided() {
        return left.uid() != right.uid();
    }

    private boolean isOfSets() {
        return tables > 0;
    }

    /** Whether what ends takes all of its pairs back: nothing is forgotten before. */
    boolean takesAllBack() {
        return windowMs == 0;
    }

    private JoinRule rule() {
        return new JoinRule(
                left.metric(),
                left.encoding(),
                left.dimensions(),
                eps,
                isTwoSided(),
                windowMs == 0 ? JoinRule.UNLIMITED : windowMs,
                windowMs == 0 ? JoinRule.UNLIMITED : windowMs + latenessMs,
                true);
    }

    /** Cells at a = 1 miss nothing, so one bucket says what they do. */
    private JoinRouting routing(JoinRule rule) {
        return isOfSets()
                ? JoinRouting.bands(rule, tables, hashes, HASH_BITS, left.seed())
                : JoinRouting.single();
    }

    /** What a log of index changes asks for. */
    List<PairChange> bruteForce(List<IndexChange> log) {
        List<JoinChange> changes = new ArrayList<>();
        for (IndexChange change : log) {
            long uid = change.key().collectionUid();
            if (uid == left.uid() || uid == right.uid()) {
                byte side = uid == left.uid() ? JoinRule.LEFT : JoinRule.RIGHT;
                changes.add(joinChange(side, change));
            }
        }
        JoinRule rule = rule();
        return new BruteForce(rule, routing(rule), changes)
                .says(nearest == 0 ? Integer.MAX_VALUE : nearest);
    }

    private static JoinChange joinChange(byte side, IndexChange change) {
        RecordRef record = new RecordRef(side, change.key().id(), change.version());
        return change.delete()
                ? JoinChange.deleted(record)
                : new JoinChange(
                        record, false, change.vector(), change.eventTime(), change.expiresAt());
    }

    /** As they are encoded, sorted. */
    List<String> encoded(List<PairChange> says) {
        MatchWire encoding = new MatchWire(name, left.uid(), right.uid());
        return says.stream()
                .map(change -> HexFormat.of().formatHex(encoding.encode(change)))
                .sorted()
                .toList();
    }
}
