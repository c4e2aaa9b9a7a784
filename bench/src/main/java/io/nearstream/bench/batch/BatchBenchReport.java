package io.nearstream.bench.batch;

import io.nearstream.bench.Recall;
import io.nearstream.bench.SearchReport;
import io.nearstream.jobs.batch.BatchSearchReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What batch search reached beside the streaming one.
 *
 * @param streaming of the same process, before
 * @param recall of the last batch run
 * @param rounds the measured batch runs, 1 or more
 */
public record BatchBenchReport(
        SearchReport streaming, Recall recall, List<BatchSearchReport> rounds) {
    public BatchBenchReport {
        rounds = List.copyOf(rounds);
    }

    /** The median over rounds; of two in the middle the lower one. */
    public double median(ToDoubleFunction<BatchSearchReport> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }

    /** The smallest over rounds. */
    public double least(ToDoubleFunction<BatchSearchReport> figure) {
        return rounds.stream().mapToDouble(figure).min().orElseThrow();
    }

    /** The largest over rounds. */
    public double most(ToDoubleFunction<BatchSearchReport> figure) {
        return rounds.stream().mapToDouble(figure).max().orElseThrow();
    }

    /** Queries a second of streaming, under its load. */
    public double streamingPerSecond() {
        return streaming.throughput().qps();
    }

    /** How many times as fast batch answers, its median. */
    public double ratio() {
        return median(BatchSearchReport::answersPerSecond) / streamingPerSecond();
    }

    /** For programs. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ratio", ratio());
        document.put("streaming_qps", streamingPerSecond());
        document.put("streaming_recall", streaming.recall().recall());
        document.put("batch_answers_per_s", median(BatchSearchReport::answersPerSecond));
        document.put("batch_overall_per_s", median(BatchSearchReport::overallPerSecond));
        document.put("batch_recall", recall.recall());
        document.put("rounds", rounds.stream().map(BatchSearchReport::document).toList());
        document.put("streaming", streaming.document());
        return document;
    }
}
