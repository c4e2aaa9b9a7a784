package io.nearstream.observe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process tells Prometheus at one moment. Immutable.
 *
 * @param series each with its value
 */
record Scrape(List<Series> series) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final Pattern LINE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? ([^ ]+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    /** One series of a metric. */
    record Series(String metric, Map<String, String> labels, double value) {}

    /** Asks a process. */
    static Scrape of(URI metrics) throws IOException, InterruptedException {
        HttpResponse<String> response =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(metrics).timeout(TIMEOUT).build(),
                                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != OK) {
            throw new IOException(metrics + " answers with " + response.statusCode() + ".");
        }
        return parse(response.body());
    }

    /** Reads Prometheus's text format. */
    static Scrape parse(String text) {
        List<Series> series = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isBlank() && !line.startsWith("#")) {
                Matcher parts = LINE.matcher(line);
                if (!parts.matches()) {
                    throw new IllegalArgumentException("No series: " + line);
                }
                series.add(
                        new Series(parts.group(1), labels(parts.group(2)), value(parts.group(3))));
            }
        }
        return new Scrape(series);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        if (text != null) {
            for (MatchResult label : LABEL.matcher(text).results().toList()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return labels;
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Names of all metrics. */
    Set<String> metrics() {
        Set<String> names = new TreeSet<>();
        series.forEach(one -> names.add(one.metric()));
        return names;
    }

    /** Those of a metric that have these labels, others aside. */
    List<Series> of(String metric, Map<String, String> labels) {
        return series.stream()
                .filter(one -> one.metric().equals(metric))
                .filter(one -> one.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    /** What an expression asks for and this does not have: names, labels or values of labels. */
    List<String> missing(PromQl expression, Set<String> addedLater) {
        List<String> missing = new ArrayList<>();
        for (PromQl.Selector selector : expression.selectors()) {
            boolean found =
                    series.stream()
                            .filter(one -> one.metric().equals(selector.metric()))
                            .filter(one -> selector.selects(one.labels(), addedLater))
                            .anyMatch(one -> hasAll(one, expression.grouped(), addedLater));
            if (!found && !addedLater.contains(selector.metric())) {
                missing.add("%s by %s".formatted(selector, expression.grouped()));
            }
        }
        return missing;
    }

    private static boolean hasAll(Series one, Set<String> grouped, Set<String> addedLater) {
        return grouped.stream()
                .allMatch(label -> one.labels().containsKey(label) || addedLater.contains(label));
    }
}
