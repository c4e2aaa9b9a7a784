package io.nearstream.jobs.join;

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
    static Exactness of(Division division, ReadableConfig config, double eps) {
        return switch (division) {
            case ONE -> new Exactness(true, "every pair (exact: each record is compared with all)");
            case BANDS ->
                    ofBands(eps, config.get(JoinOptions.TABLES), config.get(JoinOptions.HASHES));
            case CELLS -> ofCells(config.get(JoinOptions.VISITING));
        };
    }

    private static Exactness ofCells(double a) {
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
