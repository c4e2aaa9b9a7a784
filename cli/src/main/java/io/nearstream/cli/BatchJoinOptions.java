package io.nearstream.cli;

import io.nearstream.jobs.batch.BatchJoinPlan;
import java.nio.file.Path;
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
            description = "Largest distance of a pair, 0 or more; under hamming in bits.")
    private double eps;

    @Option(
            names = "--visiting",
            paramLabel = "A",
            defaultValue = "1",
            description =
                    "How far a vector looks into other cells, above 0: 1 finds every pair, .5 nearly all at a part of the cost. Default: ${DEFAULT-VALUE}.")
    private double visiting;

    @Nullable
    @Option(
            names = "--cells",
            paramLabel = "C",
            description = "Cells, 1 to 65536. Default: from the rows of the base.")
    private Integer cells;

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
                    batch.parallelism(),
                    batch.heapBytes(),
                    batch.seed());
        } catch (IllegalArgumentException outOfRange) {
            throw batch.usage(outOfRange);
        }
    }
}
