package io.nearstream.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Both on the same rows. Each run of ours is compared with the fastest setting of Spark that has
 * its recall or more, and the fastest that have the recall that was asked for with each other.
 *
 * @param rows joined with themselves
 * @param truth pairs, and the distance they lie within
 * @param recallLeast the recall that was asked for, 0 to 1
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
    /** The fastest of Spark's settings that ended with the recall that was asked for. */
    Optional<SparkRun> best() {
        return best(recallLeast);
    }

    private Optional<SparkRun> best(double recall) {
        return spark.stream()
                .filter(run -> run.ended() && run.recall() >= recall)
                .min(Comparator.comparingDouble(SparkRun::seconds));
    }

    /** The fastest of our runs with the recall that was asked for. */
    Optional<NearstreamJoin> ours() {
        return nearstream.stream()
                .filter(run -> run.recall() >= recallLeast)
                .min(Comparator.comparingDouble(NearstreamJoin::seconds));
    }

    /**
     * How many times as long as our fastest run with the recall that was asked for Spark takes to
     * it, in words where that is not known.
     */
    String ratio() {
        return ours().map(own -> ratio(own, recallLeast)).orElse("none of our runs has the recall");
    }

    /** How many times as long as one of our runs Spark takes to the recall of that run. */
    String ratio(NearstreamJoin own) {
        return ratio(own, own.recall());
    }

    private String ratio(NearstreamJoin own, double recall) {
        Optional<SparkRun> best = best(recall);
        if (best.isPresent()) {
            return String.format(Locale.ROOT, "%.1f", best.get().seconds() / own.seconds());
        }
        List<SparkRun> able = spark.stream().filter(run -> run.reachable() >= recall).toList();
        // One that failed says nothing of how long it would have taken.
        OptionalDouble stopped =
                able.stream().filter(SparkRun::stopped).mapToDouble(SparkRun::seconds).max();
        if (stopped.isPresent()) {
            return String.format(
                    Locale.ROOT,
                    "more than %.1f: no setting of Spark with the recall ended within the limit",
                    stopped.getAsDouble() / own.seconds());
        }
        return able.isEmpty()
                ? "no setting of Spark has the recall"
                : "every setting of Spark with the recall failed";
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
        lines.add("| | recall of pairs | rows joined by hash | s | Spark's best of our recall |");
        lines.add("|---|---|---|---|---|");
        for (NearstreamJoin run : nearstream) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "| %s | %.4f | | %.1f | %s |",
                            name(run),
                            run.recall(),
                            run.seconds(),
                            atRecall(run)));
        }
        for (SparkRun run : spark) {
            lines.add(line(run));
        }
        lines.add("");
        lines.add(
                String.format(
                        Locale.ROOT,
                        "With recall %.3f or more, ours: %s. Spark's best: %s. Ratio: %s.",
                        recallLeast,
                        ours().map(Comparison::name).orElse("none"),
                        best().map(run -> name(run.setting())).orElse("none"),
                        ratio()));
        return String.join("\n", lines) + "\n";
    }

    private String atRecall(NearstreamJoin own) {
        String which =
                best(own.recall())
                        .map(
                                run ->
                                        String.format(
                                                Locale.ROOT,
                                                "%s, %.4f in %.1f s: ",
                                                name(run.setting()),
                                                run.recall(),
                                                run.seconds()))
                        .orElse("");
        return which + "ratio " + ratio(own);
    }

    private static String name(NearstreamJoin run) {
        return "nearstream batch join --visiting " + run.visiting();
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
                "| Spark, %s | %s | %,d | %s | |",
                name(run.setting()),
                recall,
                run.joinedRows(),
                run.ended()
                        ? seconds
                        : (run.stopped() ? "stopped after " : "failed after ")
                                + seconds
                                + ": "
                                + run.failure());
    }

    /** For programs. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rows", rows);
        document.put("eps", truth.eps());
        document.put("true_pairs", truth.pairs().size());
        document.put("recall_least", recallLeast);
        document.put("limit_s", limitSeconds);
        document.put("nearstream", nearstream.stream().map(this::document).toList());
        document.put("spark", spark.stream().map(SparkRun::document).toList());
        document.put("spark_best", best().map(SparkRun::document).orElse(Map.of()));
        document.put(
                "ratio",
                best().flatMap(run -> ours().map(own -> run.seconds() / own.seconds()))
                        .orElse(null));
        document.put("ratio_in_words", ratio());
        return document;
    }

    private Map<String, Object> document(NearstreamJoin own) {
        Map<String, Object> document = new LinkedHashMap<>(own.document());
        document.put("spark_best", best(own.recall()).map(SparkRun::document).orElse(Map.of()));
        document.put("ratio_in_words", ratio(own));
        return document;
    }
}
