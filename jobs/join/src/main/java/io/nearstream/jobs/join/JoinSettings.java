package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.operators.join.JoinTopology;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The options of a join job, checked once, with the collections that they name.
 *
 * @param job its name
 * @param parallelism subtasks of every operator
 * @param maxParallelism key groups; fixed for the life of the state
 * @param leftUid the incarnation of the left collection
 * @param rightUid that of the right one; the same in a join of a collection with itself
 * @param topology which records are pairs, and where they meet
 * @param uniqueInto the collection that gets the records without an earlier partner; empty where
 *     pairs are said
 * @param exactness what part of the pairs is found
 */
record JoinSettings(
        String job,
        int parallelism,
        int maxParallelism,
        long leftUid,
        long rightUid,
        JoinTopology topology,
        Optional<CollectionSettings> uniqueInto,
        Exactness exactness) {
    private static final Pattern JOB_NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final int MAX_PARALLELISM_DEFAULT = 128;
    private static final long WINDOW_MS_MAX = 3_650 * 86_400_000L;
    private static final String UIDS = "join";

    /**
     * Reads and checks the options.
     *
     * @param directory has the collections as they stand now
     */
    static JoinSettings of(ReadableConfig config, CollectionDirectory directory) {
        String job = config.get(JoinOptions.JOB);
        if (!JOB_NAME.matcher(job).matches()) {
            throw new IllegalArgumentException(
                    "'%s' must be 1 to 64 characters of [a-z0-9-], but was '%s'."
                            .formatted(JoinOptions.JOB.key(), job));
        }
        int maxParallelism = config.get(PipelineOptions.MAX_PARALLELISM);
        if (maxParallelism < 1) {
            maxParallelism = MAX_PARALLELISM_DEFAULT;
        }
        CollectionState left =
                collection(
                        directory,
                        JoinOptions.LEFT,
                        OptionValues.required(config, JoinOptions.LEFT));
        String rightName = config.get(JoinOptions.RIGHT);
        CollectionState right =
                rightName.isEmpty() ? left : collection(directory, JoinOptions.RIGHT, rightName);
        requireComparable(JoinOptions.RIGHT, left.settings(), right.settings());
        Optional<CollectionSettings> uniqueInto = uniqueInto(config, directory, left, right);
        JoinRule pairs = rule(config, left.settings(), left.uid() != right.uid());
        JoinRule rule = uniqueInto.isPresent() ? pairs.withFirstOnly() : pairs;
        Division division = Division.of(config, rule.metric());
        JoinTopology topology =
                new JoinTopology(
                        rule,
                        division.routing(config, rule, left),
                        UIDS,
                        OptionValues.bytes(config, JoinOptions.WAITING_BYTES, 64 << 10, 1 << 30),
                        OptionValues.bytes(config, JoinOptions.CACHE_BYTES, 64 << 10, 1 << 30),
                        OptionValues.number(config, JoinOptions.NEAREST, 0, 1_000),
                        joined(left, right, uniqueInto));
        return new JoinSettings(
                job,
                OptionValues.number(config, NearstreamOptions.PARALLELISM, 1, maxParallelism),
                maxParallelism,
                left.uid(),
                right.uid(),
                topology,
                uniqueInto,
                Exactness.of(division, config, rule.eps()));
    }

    private static Optional<CollectionSettings> uniqueInto(
            ReadableConfig config,
            CollectionDirectory directory,
            CollectionState left,
            CollectionState right) {
        String name = config.get(JoinOptions.UNIQUE_INTO);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (left.uid() != right.uid() || config.get(JoinOptions.NEAREST) != 0) {
            throw new IllegalArgumentException(
                    "'%s' goes with a join of one collection with itself, and says no pairs: leave '%s' and '%s' out."
                            .formatted(
                                    JoinOptions.UNIQUE_INTO.key(),
                                    JoinOptions.RIGHT.key(),
                                    JoinOptions.NEAREST.key()));
        }
        CollectionSettings into = collection(directory, JoinOptions.UNIQUE_INTO, name).settings();
        if (into.uid() == left.uid()) {
            throw new IllegalArgumentException(
                    "'%s' must name another collection than '%s', but both are '%s'."
                            .formatted(
                                    JoinOptions.UNIQUE_INTO.key(), JoinOptions.LEFT.key(), name));
        }
        requireComparable(JoinOptions.UNIQUE_INTO, left.settings(), into);
        return Optional.of(into);
    }

    /** What state belongs to: that of unique records is of no use where they go elsewhere. */
    private static String joined(
            CollectionState left, CollectionState right, Optional<CollectionSettings> uniqueInto) {
        return "collections %016x and %016x%s"
                .formatted(
                        left.uid(),
                        right.uid(),
                        uniqueInto.map(into -> " into %016x".formatted(into.uid())).orElse(""));
    }

    private static CollectionState collection(
            CollectionDirectory directory, ConfigOption<String> option, String name) {
        return directory
                .latest(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'%s' must name a collection that exists, but '%s' does not. Create it first."
                                                .formatted(option.key(), name)));
    }

    private static void requireComparable(
            ConfigOption<String> option, CollectionSettings left, CollectionSettings right) {
        if (left.metric() != right.metric()
                || left.encoding() != right.encoding()
                || left.dimensions() != right.dimensions()) {
            throw new IllegalArgumentException(
                    "'%s' and '%s' must name collections of the same metric, encoding and dimensions, but '%s' has %s, %s and %d, and '%s' %s, %s and %d."
                            .formatted(
                                    JoinOptions.LEFT.key(),
                                    option.key(),
                                    left.name(),
                                    left.metric(),
                                    left.encoding(),
                                    left.dimensions(),
                                    right.name(),
                                    right.metric(),
                                    right.encoding(),
                                    right.dimensions()));
        }
    }

    private static JoinRule rule(ReadableConfig config, CollectionSettings left, boolean twoSided) {
        double eps =
                config.getOptional(JoinOptions.EPS)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "'%s' must be set."
                                                        .formatted(JoinOptions.EPS.key())));
        long window = OptionValues.millis(config, JoinOptions.WINDOW, 0, WINDOW_MS_MAX);
        return new JoinRule(
                left.metric(),
                left.encoding(),
                left.dimensions(),
                eps,
                twoSided,
                window == 0 ? JoinRule.UNLIMITED : window,
                retained(config, window),
                true);
    }

    /** How long a record takes part, by the clock of versions, milliseconds. */
    private static long retained(ReadableConfig config, long window) {
        if (config.getOptional(JoinOptions.LATENESS).isEmpty()) {
            return JoinRule.UNLIMITED;
        }
        if (window == 0) {
            throw new IllegalArgumentException(
                    "'%s' goes with a window, but '%s' is 0 ms: without one no record can be forgotten."
                            .formatted(JoinOptions.LATENESS.key(), JoinOptions.WINDOW.key()));
        }
        return window + OptionValues.millis(config, JoinOptions.LATENESS, 0, WINDOW_MS_MAX);
    }
}
