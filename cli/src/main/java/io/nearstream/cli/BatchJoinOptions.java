package io.nearstream.cli;

import io.nearstream.jobs.batch.Bands;
import io.nearstream.jobs.batch.BatchJoinPlan;
import io.nearstream.jobs.batch.BatchJoinReport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import javax.annotation.Nullable;
import picocli.CommandLine.Option;

/** What join and dedupe have in common: which pairs are near. */
final class BatchJoinOptions {
    @Option(
            names = "--eps",
            paramLabel = "DISTANCE",
            required = true,
            description =
                    "Largest distance of a pair, 0 or more; under hamming in bits, under jaccard 1 - similarity.")
    private double eps;

    @Option(
            names = "--visiting",
            paramLabel = "A",
            defaultValue = "1",
            description =
                    "Of vectors: how far each looks into other cells, above 0: 1 finds every pair, .5 nearly all at a part of the cost. Default: ${DEFAULT-VALUE}.")
    private double visiting;

    @Nullable
    @Option(
            names = "--cells",
            paramLabel = "C",
            description = "Of vectors: cells, 1 to 65536. Default: from the rows of the base.")
    private Integer cells;

    @Nullable
    @Option(
            names = "--tables",
            paramLabel = "L",
            description =
                    "Of sets: tables of minimum hashes, 1 to 32, with --hashes. A pair of similarity s is found with a probability of 1 - (1 - s^R)^L. Default: both so that .999 of the pairs at --eps are found (fewer where it is above .8).")
    private Integer tables;

    @Nullable
    @Option(
            names = "--hashes",
            paramLabel = "R",
            description = "Of sets: minimum hashes of a table, 1 to 32, with --tables.")
    private Integer hashes;

    private Optional<Bands> bands() {
        if ((tables == null) != (hashes == null)) {
            throw new IllegalArgumentException(
                    "--tables and --hashes go together: give both, or leave out both.");
        }
        return tables == null ? Optional.empty() : Optional.of(new Bands(tables, hashes));
    }

    BatchJoinPlan plan(BatchOptions batch, Optional<Path> right, OptionalInt k) {
        try {
            return new BatchJoinPlan(
                    batch.base(),
                    right,
                    batch.metric(),
                    eps,
                    k,
                    visiting,
                    cells == null ? OptionalInt.empty() : OptionalInt.of(cells),
                    bands(),
                    batch.parallelism(),
                    batch.heapBytes(),
                    batch.seed());
        } catch (IllegalArgumentException outOfRange) {
            throw batch.usage(outOfRange);
        }
    }

    /** Of sets, what share of the pairs is found; else nothing. */
    static String found(BatchJoinReport report) {
        return report.foundAtEps()
                .map(share -> String.format(Locale.ROOT, ", %.4f of those at --eps found", share))
                .orElse("");
    }
}
