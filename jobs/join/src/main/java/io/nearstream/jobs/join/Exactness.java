package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.config.JoinOptions;
import java.util.Locale;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What part of the pairs within the distance a join finds; it says no others, whatever this is.
 *
 * @param exact whether it is all of them
 * @param words the part and what it follows from, for people
 */
record Exactness(boolean exact, String words) {
    /** That of a join whose options were checked. */
    static Exactness of(ReadableConfig config, JoinRule rule) {
        if (rule.metric() == Metric.JACCARD) {
            return ofBands(
                    rule.eps(), config.get(JoinOptions.TABLES), config.get(JoinOptions.HASHES));
        }
        if (config.get(JoinOptions.BUCKETS) == JoinOptions.Buckets.ONE) {
            return new Exactness(true, "every pair (exact: each record is compared with all)");
        }
        double a = config.get(JoinOptions.VISITING);
        return a == 1
                ? new Exactness(true, "every pair (exact: a = 1)")
                : new Exactness(
                        false,
                        "most pairs (a = %s; '%s' of 1 is exact)"
                                .formatted(a, JoinOptions.VISITING.key()));
    }

    private static Exactness ofBands(double eps, int tables, int hashes) {
        double atEps = 1 - Math.pow(1 - Math.pow(1 - eps, hashes), tables);
        return new Exactness(
                false,
                String.format(
                        Locale.ROOT,
                        "pairs of sets that share one of %d bands of %d minimum hashes (about %.4f of those at distance %s, more of nearer ones)",
                        tables,
                        hashes,
                        atEps,
                        eps));
    }
}
