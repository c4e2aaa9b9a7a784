package io.nearstream.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Both on the same rows.
 *
 * @param rows joined with themselves
 * @param truth pairs, and the distance they lie within
 * @param recallLeast what counts as equal: the fastest that reach it are compared, ours and Spark's
 * @param limitSeconds after which a setting of Spark was stopped
 * @param nearstream all runs of ours
 * @param spark all settings that were tried
 */
record Comparison(
        int rows,
        TruePairs truth,
        double recallLeast,
        long limitSeconds,
        List<NearstreamJoin> nearstream,
        List<SparkRun> spark) {
    /** The fastest of Spark's settings that ended with the recall. */
    Optional<SparkRun> best() {
        return spark.stream()
                .filter(run -> run.ended() && run.recall() >= recallLeast)
                .min(Comparator.comparingDouble(SparkRun::seconds));
    }

    /** The fastest of our runs with the recall. */
    Optional<NearstreamJoin> ours() {
        return nearstream.stream()
                .filter(run -> run.recall() >= recallLeast)
                .min(Comparator.comparingDouble(NearstreamJoin::seconds));
    }

    /** Settings with the recall that were stopped, or failed. */
    private List<SparkRun> unended() {
        return spark.stream()
                .filter(run -> !run.ended() && run.reachable() >= recallLeast)
                .toList();
    }

    /** How many times as long Spark takes, in words where that is not known. */
    String ratio() {
        if (ours().isEmpty()) {
            return "none of our runs has the recall";
        }
        double seconds = ours().get().seconds();
        if (best().isPresent()) {
            return String.format(Locale.ROOT, "%.1f", best().get().seconds() / seconds);
        }
        return unended().isEmpty()
                ? "no setting of Spark has the recall"
                : String.format(
                        Locale.ROOT,
                        "more than %.1f: no setting of Spark with the recall ended",
                        longest() / seconds);
    }

    private double longest() {
        return unended().stream().mapToDouble(SparkRun::seconds).max().orElse(0);
    }

    /** A table for people. */
    String table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%d rows, %d pairs within %.2f, recall %.3f or more; %d s for each setting"
                        .formatted(
                                rows,
                                truth.pairs().size(),
                                truth.eps(),
                                recallLeast,
                                limitSeconds));
        lines.add("");
        lines.add("| | recall of pairs | rows joined by hash | s |");
        lines.add("|---|---|---|---|");
        for (NearstreamJoin run : nearstream) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "| nearstream batch join --visiting %s | %.4f | | %.1f |",
                            run.visiting(),
                            run.recall(),
                            run.seconds()));
        }
        for (SparkRun run : spark) {
            lines.add(line(run));
        }
        lines.add("");
        lines.add(
                "Spark's best: %s. Ratio: %s."
                        .formatted(best().map(run -> name(run.setting())).orElse("none"), ratio()));
        return String.join("\n", lines) + "\n";
    }

    private static String name(Setting setting) {
        return String.format(
                Locale.ROOT,
                "%d tables, bucket length %.4g",
                setting.tables(),
                setting.bucketLength());
    }

    private static String line(SparkRun run) {
        String recall =
                run.ended()
                        ? String.format(Locale.ROOT, "%.4f", run.recall())
                        : String.format(Locale.ROOT, "(%.4f if it ended)", run.reachable());
        String seconds = String.format(Locale.ROOT, "%.1f", run.seconds());
        return String.format(
                Locale.ROOT,
                "| Spark, %s | %s | %,d | %s |",
                name(run.setting()),
                recall,
                run.joinedRows(),
                run.ended() ? seconds : "stopped after " + seconds + ": " + run.failure());
    }

    /** For programs. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rows", rows);
        document.put("eps", truth.eps());
        document.put("true_pairs", truth.pairs().size());
        document.put("recall_least", recallLeast);
        document.put("limit_s", limitSeconds);
        document.put("nearstream", nearstream.stream().map(NearstreamJoin::document).toList());
        document.put("spark", spark.stream().map(SparkRun::document).toList());
        document.put("spark_best", best().map(SparkRun::document).orElse(Map.of()));
        document.put(
                "ratio",
                best().flatMap(run -> ours().map(own -> run.seconds() / own.seconds()))
                        .orElse(null));
        document.put("ratio_in_words", ratio());
        return document;
    }
}
