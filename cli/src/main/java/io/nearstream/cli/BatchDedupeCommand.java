package io.nearstream.cli;

import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.BatchJoin;
import io.nearstream.jobs.batch.BatchJoinPlan;
import io.nearstream.jobs.batch.BatchJoinReport;
import io.nearstream.jobs.batch.HeapLeft;
import io.nearstream.jobs.batch.out.DuplicateTable;
import io.nearstream.jobs.batch.out.OutputFiles;
import io.nearstream.jobs.batch.out.PairTable;
import io.nearstream.jobs.batch.out.RowNames;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "dedupe",
        description = {
            "Tell which vectors, or sets, of a file stay when those near an earlier one go.",
            "--out is .csv or .avro, in the order of the file: id, duplicate_of (empty for what stays), distance.",
            "What goes still counts for those after it: of a chain of near ones the first stays."
        })
final class BatchDedupeCommand implements Callable<Integer> {
    @Mixin private BatchOptions batch;
    @Mixin private BatchJoinOptions join;

    @Option(names = "--kept-only", description = "Write only what stays.")
    private boolean keptOnly;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BatchJoinPlan plan = join.plan(batch, Optional.empty(), OptionalInt.of(1));
        BatchJoinReport report = batch.inOrder(() -> run(plan));
        long kept = report.rows() - report.pairs();
        Map<String, Object> document = new LinkedHashMap<>(report.document());
        document.put("kept", kept);
        document.put("out", batch.out().toString());
        batch.report(
                document,
                "%,d rows, %,d stay%s, %,.0f rows/s -> %s"
                        .formatted(
                                report.rows(),
                                kept,
                                BatchJoinOptions.found(report),
                                report.rowsPerSecond(),
                                batch.out()));
        return 0;
    }

    /** Each row that goes has one pair: with its nearest earlier one. */
    private BatchJoinReport run(BatchJoinPlan plan) throws IOException, InterruptedException {
        try (OutputFiles out =
                        OutputFiles.claim(
                                List.of(PairTable.requireNamed(batch.out())),
                                batch.overwrite(),
                                List.of(batch.base()));
                BatchConsole console = batch.console()) {
            HeapLeft heap = new HeapLeft(plan.heapBytes());
            RowNames names = RowNames.read(VectorFile.open(plan.left()), heap);
            DuplicateTable duplicates = new DuplicateTable();
            BatchJoinReport report =
                    BatchJoin.run(plan.withHeap(heap.left()), console, duplicates::add);
            duplicates.write(out, names, report.rows(), keptOnly);
            out.commit();
            return report;
        }
    }
}
