package io.nearstream.observe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * {@code observe/prometheus/alerts.yaml}. Immutable.
 *
 * @param groups of rules
 */
record AlertRules(List<Group> groups) {
    /**
     * Rules that are evaluated together.
     *
     * @param name of the group
     * @param rules at least one
     */
    record Group(String name, List<Rule> rules) {}

    /**
     * One alert.
     *
     * @param alert its name
     * @param expr what holds when it is raised
     * @param lasting for how long before it is raised
     * @param labels of the alert
     * @param annotations what people read
     */
    record Rule(
            String alert,
            String expr,
            @JsonProperty("for") String lasting,
            Map<String, String> labels,
            Map<String, String> annotations) {
        Rule {
            lasting = lasting == null ? "0s" : lasting; // what it is where none is named
        }
    }

    static AlertRules read() throws IOException {
        return new YAMLMapper()
                .readValue(
                        MetricList.FOLDER.resolve("prometheus/alerts.yaml").toFile(),
                        AlertRules.class);
    }

    List<Rule> rules() {
        return groups.stream().flatMap(group -> group.rules().stream()).toList();
    }
}
