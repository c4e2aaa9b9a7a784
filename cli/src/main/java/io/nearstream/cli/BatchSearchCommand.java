package io.nearstream.cli;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.TruthFile;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.BatchSearch;
import io.nearstream.jobs.batch.BatchSearchPlan;
import io.nearstream.jobs.batch.BatchSearchReport;
import io.nearstream.jobs.batch.HeapLeft;
import io.nearstream.jobs.batch.out.AnswerWriter;
import io.nearstream.jobs.batch.out.OutputFiles;
import io.nearstream.jobs.batch.out.RowNames;
import io.nearstream.jobs.batch.out.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "search",
        description = {
            "Find the nearest vectors of a file for each vector of another.",
            "--out tells the format: .ivecs (row numbers, and a .fvecs of distances beside), .csv or .avro (query, rank, id, distance)."
        })
final class BatchSearchCommand implements Callable<Integer> {
    @Mixin private BatchOptions batch;

    @Option(
            names = "--query",
            paramLabel = "FILE",
            required = true,
            description = "The vectors that are looked for.")
    private Path query;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "" + BatchSearchPlan.K_DEFAULT,
            description = "Neighbours, 1 to 1000. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
            names = "--target-recall",
            paramLabel = "R",
            defaultValue = "" + CollectionSettings.TARGET_RECALL_DEFAULT,
            description =
                    "Recall to aim at, above 0, at most 1: that compares every vector. Default: ${DEFAULT-VALUE}.")
    private double targetRecall;

    @Nullable
    @Option(
            names = "--probes",
            paramLabel = "T",
            description = "Cells that a query visits, instead of --target-recall.")
    private Integer probes;

    @Nullable
    @Option(
            names = "--cells",
            paramLabel = "C",
            description = "Cells of the codebook, 2 to 65536. Default: from the rows of the base.")
    private Integer cells;

    @Nullable
    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "True neighbours of each query, .ivecs: tells the recall in the end.")
    private Path truth;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BatchSearchPlan plan = plan();
        Optional<RecallTally> tally =
                truth == null
                        ? Optional.empty()
                        : Optional.of(new RecallTally(TruthFile.read(truth, Integer.MAX_VALUE), k));
        if (tally.isPresent()) {
            tally.get().requireAll(VectorFile.open(query));
        }
        BatchSearchReport report = batch.inOrder(() -> run(plan, tally));
        Map<String, Object> document = new LinkedHashMap<>(report.document());
        tally.ifPresent(judged -> document.put("recall", judged.recall()));
        document.put("out", batch.out().toString());
        batch.report(document, line(report, tally));
        return 0;
    }

    private BatchSearchReport run(BatchSearchPlan plan, Optional<RecallTally> tally)
            throws IOException, InterruptedException {
        try (OutputFiles out =
                        OutputFiles.claim(
                                AnswerWriter.files(batch.out()), batch.overwrite(), inputs());
                BatchConsole console = batch.console()) {
            BatchSearchReport report;
            HeapLeft heap = new HeapLeft(plan.heapBytes());
            RowNames baseNames = names(plan.base(), heap);
            RowNames queryNames = names(plan.query(), heap);
            try (AnswerWriter writer = AnswerWriter.open(out, baseNames, queryNames)) {
                report =
                        BatchSearch.run(
                                plan.withHeap(heap.left()),
                                console,
                                hits -> {
                                    writer.write(hits);
                                    if (tally.isPresent()) {
                                        tally.get().judge(hits);
                                    }
                                });
            }
            out.commit();
            return report;
        }
    }

    /** Only tables carry ids. */
    private RowNames names(Path file, HeapLeft heap) throws IOException {
        return Table.isNamed(batch.out())
                ? RowNames.read(VectorFile.open(file), heap)
                : RowNames.numbers();
    }

    private List<Path> inputs() {
        return truth == null ? List.of(batch.base(), query) : List.of(batch.base(), query, truth);
    }

    private BatchSearchPlan plan() {
        try {
            return new BatchSearchPlan(
                    batch.base(),
                    query,
                    batch.metric(),
                    k,
                    new BatchSearchPlan.Effort(targetRecall, optional(probes)),
                    optional(cells),
                    batch.parallelism(),
                    batch.heapBytes(),
                    batch.seed());
        } catch (IllegalArgumentException outOfRange) {
            throw batch.usage(outOfRange);
        }
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private String line(BatchSearchReport report, Optional<RecallTally> tally) {
        return "%,d queries, %d of %d cells, %.2f %% scored, %,.0f /s once the base was there, %,.0f /s in all%s -> %s"
                .formatted(
                        report.queries(),
                        report.visits(),
                        report.cells(),
                        100 * report.scored(),
                        report.answersPerSecond(),
                        report.overallPerSecond(),
                        tally.map(judged -> ", recall@%d %.3f".formatted(k, judged.recall()))
                                .orElse(""),
                        batch.out());
    }
}
