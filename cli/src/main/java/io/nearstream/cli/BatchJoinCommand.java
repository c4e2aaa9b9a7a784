package io.nearstream.cli;

import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.BatchJoin;
import io.nearstream.jobs.batch.BatchJoinPlan;
import io.nearstream.jobs.batch.BatchJoinReport;
import io.nearstream.jobs.batch.HeapLeft;
import io.nearstream.jobs.batch.out.OutputFiles;
import io.nearstream.jobs.batch.out.PairTable;
import io.nearstream.jobs.batch.out.RowNames;
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
        name = "join",
        description = {
            "Find the pairs of near vectors, or sets, of a file or of two.",
            "--out is .csv or .avro: left, right, distance; in no certain order."
        })
final class BatchJoinCommand implements Callable<Integer> {
    @Mixin private BatchOptions batch;
    @Mixin private BatchJoinOptions join;

    @Nullable
    @Option(
            names = "--query",
            paramLabel = "FILE",
            description =
                    "Pair the base with the vectors of this file, on the right. Default: with itself; then the earlier row is on the left.")
    private Path query;

    @Nullable
    @Option(
            names = "--k",
            paramLabel = "K",
            description =
                    "Of each vector on the right only the K nearest on the left, 1 to 1000; with itself, only the K nearest earlier ones.")
    private Integer k;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BatchJoinPlan plan =
                join.plan(
                        batch,
                        Optional.ofNullable(query),
                        k == null ? OptionalInt.empty() : OptionalInt.of(k));
        BatchJoinReport report = batch.inOrder(() -> run(plan));
        Map<String, Object> document = new LinkedHashMap<>(report.document());
        document.put("out", batch.out().toString());
        batch.report(
                document,
                "%,d rows, %,d pairs%s, %,.0f rows/s -> %s"
                        .formatted(
                                report.rows(),
                                report.pairs(),
                                BatchJoinOptions.found(report),
                                report.rowsPerSecond(),
                                batch.out()));
        return 0;
    }

    private BatchJoinReport run(BatchJoinPlan plan) throws IOException, InterruptedException {
        try (OutputFiles out =
                        OutputFiles.claim(
                                List.of(PairTable.requireNamed(batch.out())),
                                batch.overwrite(),
                                query == null
                                        ? List.of(batch.base())
                                        : List.of(batch.base(), query));
                BatchConsole console = batch.console()) {
            HeapLeft heap = new HeapLeft(plan.heapBytes());
            RowNames left = RowNames.read(VectorFile.open(plan.left()), heap);
            RowNames right =
                    plan.right().isPresent()
                            ? RowNames.read(VectorFile.open(plan.right().get()), heap)
                            : left;
            BatchJoinReport report;
            try (PairTable table = PairTable.open(out, left, right)) {
                report = BatchJoin.run(plan.withHeap(heap.left()), console, table::write);
            }
            out.commit();
            return report;
        }
    }
}
