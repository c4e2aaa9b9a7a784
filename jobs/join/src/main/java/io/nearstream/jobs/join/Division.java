package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.operators.join.BucketRouting;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/** How the records of a join are divided among buckets, which its options and metric say. */
enum Division {
    /** Among the cells of the left collection. */
    CELLS("vectors are divided among cells", Set.of(JoinOptions.VISITING)),

    /** By bands of minimum hashes. */
    BANDS(
            "sets are divided by bands of minimum hashes",
            Set.of(JoinOptions.TABLES, JoinOptions.HASHES)),

    /** Not at all. */
    ONE("'" + JoinOptions.BUCKETS.key() + "' is 'one'", Set.of());

    private static final int HASH_BITS = 20;

    private final String words;
    private final Set<ConfigOption<?>> options;

    Division(String words, Set<ConfigOption<?>> options) {
        this.words = words;
        this.options = options;
    }

    /**
     * That of a join.
     *
     * @throws IllegalArgumentException where an option was given that belongs to another division
     */
    static Division of(ReadableConfig config, Metric metric) {
        Division division = CELLS;
        if (config.get(JoinOptions.BUCKETS) == JoinOptions.Buckets.ONE) {
            division = ONE;
        } else if (metric == Metric.JACCARD) {
            division = BANDS;
        }
        for (Division other : values()) {
            for (ConfigOption<?> option : other.options) {
                if (other != division && config.getOptional(option).isPresent()) {
                    throw new IllegalArgumentException(
                            "'%s' has no effect where %s, but was %s. Leave it out."
                                    .formatted(option.key(), division.words, config.get(option)));
                }
            }
        }
        return division;
    }

    /** Where records live. What does not fit the rule is refused here and not in a task. */
    BucketRouting routing(ReadableConfig config, JoinRule rule, CollectionState left) {
        BucketRouting routing =
                switch (this) {
                    case ONE -> BucketRouting.single();
                    case CELLS ->
                            BucketRouting.cells(cells(left), config.get(JoinOptions.VISITING));
                    case BANDS ->
                            BucketRouting.bands(
                                    OptionValues.number(config, JoinOptions.TABLES, 1, 32),
                                    OptionValues.number(config, JoinOptions.HASHES, 1, 32),
                                    HASH_BITS,
                                    left.settings().seed());
                };
        routing.open(rule);
        return routing;
    }

    private static byte[] cells(CollectionState left) {
        try {
            return CellVisits.of(left.newest()).centroids();
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException(
                    "Collection '%s' has no learned cells (yet). Submit the job when it has (it learns them from its first %d vectors), or set '%s' to 'one'."
                            .formatted(
                                    left.settings().name(),
                                    left.settings().trainAfter(),
                                    JoinOptions.BUCKETS.key()),
                    none);
        }
    }
}
