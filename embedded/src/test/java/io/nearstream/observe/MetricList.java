package io.nearstream.observe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code observe/metrics.yaml}: the names that dashboard and alerts may use. Immutable.
 *
 * @param shown ours that the dashboard shows, without the prefix
 * @param leftOut ours that it does not show, and why
 * @param flink Flink's own
 * @param prometheus Prometheus's own, which no job exposes
 */
record MetricList(
        List<String> shown,
        @JsonProperty("left-out") Map<String, String> leftOut,
        List<String> flink,
        List<String> prometheus) {
    /** What stands before every metric of an operator. */
    static final String PREFIX = "flink_taskmanager_job_task_operator_";

    static final Path FOLDER = Path.of(System.getProperty("nearstream.root", ".."), "observe");

    static MetricList read() throws IOException {
        return new YAMLMapper()
                .readValue(FOLDER.resolve("metrics.yaml").toFile(), MetricList.class);
    }

    /** Of ours, those that the dashboard shows, by their whole names. */
    Set<String> shownNames() {
        Set<String> names = new TreeSet<>();
        shown.forEach(name -> names.add(PREFIX + name));
        return names;
    }

    /** All of ours, by their whole names. */
    Set<String> ours() {
        Set<String> names = shownNames();
        leftOut.keySet().forEach(name -> names.add(PREFIX + name));
        return names;
    }

    /** All that the jobs expose. */
    Set<String> exposed() {
        Set<String> names = ours();
        names.addAll(flink);
        return names;
    }

    /** All names. */
    Set<String> all() {
        Set<String> names = exposed();
        names.addAll(prometheus);
        return names;
    }

    /** Whether a name stands twice, of which one would be forgotten. */
    boolean hasRepeats() {
        List<List<String>> lists = List.of(shown, List.copyOf(leftOut.keySet()), flink, prometheus);
        Set<String> seen = new HashSet<>();
        return lists.stream().flatMap(List::stream).anyMatch(name -> !seen.add(name));
    }
}
