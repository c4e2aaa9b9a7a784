package io.nearstream.bench.batch;

import io.nearstream.bench.BenchFiles;
import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.Recall;
import io.nearstream.bench.SearchBench;
import io.nearstream.bench.SearchPlan;
import io.nearstream.bench.SearchReport;
import io.nearstream.client.VectorBytes;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.BatchProgress;
import io.nearstream.jobs.batch.BatchSearch;
import io.nearstream.jobs.batch.BatchSearchPlan;
import io.nearstream.jobs.batch.BatchSearchReport;
import io.nearstream.jobs.batch.message.Hits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Measures batch search beside the streaming one of the same build, files, target and process:
 * first {@link SearchBench}, and when its cluster is gone, batch runs. The first of these warm up,
 * as the collections before the streaming measurement do.
 */
public final class BatchBench {
    private BatchBench() {}

    /**
     * Runs the benchmark.
     *
     * @param plan of the streaming part; its load is what batch is compared with
     * @param rounds batch runs
     * @param dir an empty directory for the streaming part
     */
    public static BatchBenchReport run(
            SearchPlan plan, BatchRounds rounds, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        SearchReport streaming = SearchBench.run(plan, dir, progress);
        List<BatchSearchReport> measured = new ArrayList<>();
        List<Hits> answers = new ArrayList<>();
        try (BenchProgress.Stage stage =
                progress.begin("batch", OptionalLong.of(rounds.warmUp() + rounds.measured()))) {
            for (int round = 0; round < rounds.warmUp() + rounds.measured(); round++) {
                answers.clear();
                BatchSearchReport report =
                        BatchSearch.run(batchPlan(plan, rounds), BatchProgress.NONE, answers::add);
                if (round >= rounds.warmUp()) {
                    measured.add(report);
                }
                stage.to(round + 1);
            }
        }
        return new BatchBenchReport(streaming, recall(plan, answers), measured);
    }

    private static BatchSearchPlan batchPlan(SearchPlan plan, BatchRounds rounds) {
        return new BatchSearchPlan(
                plan.files().base(),
                plan.files().query(),
                plan.collection().metric(),
                plan.k(),
                new BatchSearchPlan.Effort(plan.collection().targetRecall(), OptionalInt.empty()),
                OptionalInt.empty(),
                rounds.parallelism(),
                BatchSearchPlan.heapDefault(),
                plan.collection().seed());
    }

    /** Judged as the streaming answers are. */
    private static Recall recall(SearchPlan plan, List<Hits> answers) throws IOException {
        BenchFiles files = plan.files();
        List<List<String>> ids = new ArrayList<>();
        for (Hits block : answers) {
            int k = block.k();
            for (int query = 0; query < block.count(); query++) {
                List<String> found = new ArrayList<>(k);
                for (int i = query * k; i < (query + 1) * k; i++) {
                    if (block.rows()[i] != Hits.NONE) {
                        found.add(Integer.toString(block.rows()[i]));
                    }
                }
                ids.add(found);
            }
        }
        VectorFile base = VectorFile.open(files.base()).in(plan.collection().encoding());
        List<float[]> queries =
                SearchBench.queries(files.query(), ids.size(), base, plan.collection().encoding())
                        .stream()
                        .map(query -> VectorBytes.decode(query, plan.collection().encoding()))
                        .toList();
        return Recall.of(files, plan.collection().metric(), queries, ids, plan.k());
    }
}
