package io.nearstream.bench.micro;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * A table for each class of benchmarks: a row for each method, a column for each combination of
 * parameters. A parameter with many values stands in the rows instead.
 */
final class MarkdownTables {
    /** More values than these would make too many columns. */
    private static final int VALUES_IN_COLUMNS = 3;

    private MarkdownTables() {}

    /** The tables of all results, in the order of their classes' names. */
    static String of(Collection<RunResult> results) {
        Map<String, List<RunResult>> byClass =
                results.stream()
                        .collect(
                                Collectors.groupingBy(
                                        result -> className(result.getParams()),
                                        TreeMap::new,
                                        Collectors.toList()));
        return byClass.values().stream()
                .map(MarkdownTables::table)
                .collect(Collectors.joining("\n"));
    }

    private static String table(List<RunResult> results) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>();
        for (RunResult result : results) {
            BenchmarkParams parameters = result.getParams();
            StringBuilder row = new StringBuilder(methodName(parameters));
            StringBuilder column = new StringBuilder();
            for (String key : parameters.getParamsKeys()) {
                boolean many = values(results, key).size() > VALUES_IN_COLUMNS;
                StringBuilder place = many ? row : column;
                place.append(place.length() == 0 ? "" : ", ");
                place.append(many ? "" : key + " ").append(parameters.getParam(key));
            }
            columns.add(column.toString());
            rows.computeIfAbsent(row.toString(), unseen -> new LinkedHashMap<>())
                    .put(column.toString(), figure(result.getPrimaryResult()));
        }
        RunResult first = results.get(0);
        StringBuilder table = new StringBuilder();
        table.append("| %s, %s |".formatted(className(first.getParams()), unit(first)));
        columns.forEach(column -> table.append(' ').append(column).append(" |"));
        table.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
        rows.forEach(
                (name, figures) -> {
                    table.append("| ").append(name).append(" |");
                    columns.forEach(
                            column ->
                                    table.append(' ')
                                            .append(figures.getOrDefault(column, ""))
                                            .append(" |"));
                    table.append('\n');
                });
        return table.toString();
    }

    private static Set<String> values(List<RunResult> results, String key) {
        return results.stream()
                .map(result -> result.getParams().getParam(key))
                .collect(Collectors.toSet());
    }

    private static String unit(RunResult result) {
        return result.getPrimaryResult().getScoreUnit();
    }

    /** With three digits, which is what so short a measurement has. */
    private static String figure(Result<?> result) {
        double score = result.getScore();
        double error = result.getScoreError();
        String format = score >= 100 ? "%,.0f" : score >= 10 ? "%.1f" : "%.3f";
        return Double.isNaN(error)
                ? format.formatted(score)
                : (format + " ± " + format).formatted(score, error);
    }

    private static String className(BenchmarkParams parameters) {
        String[] parts = parameters.getBenchmark().split("\\.");
        return parts[parts.length - 2];
    }

    private static String methodName(BenchmarkParams parameters) {
        String[] parts = parameters.getBenchmark().split("\\.");
        return parts[parts.length - 1];
    }
}
