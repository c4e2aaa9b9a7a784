package io.nearstream.embedded.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;

/** What the operators of the jobs in this JVM have counted. */
public final class Counted {
    private final InMemoryReporter metrics = InMemoryReporter.create();

    /** Options of a cluster whose metrics are counted here, beside others. */
    public Map<String, String> with(Map<String, String> others) {
        Map<String, String> options =
                new HashMap<>(metrics.addToConfiguration(new Configuration()).toMap());
        // The profile of one machine lets no reporter report that is not named.
        String name =
                options.keySet().stream()
                        .filter(key -> key.matches("metrics[.]reporter[.].+[.]factory[.]class"))
                        .map(key -> key.split("[.]")[2])
                        .findFirst()
                        .orElseThrow();
        options.put("metrics.reporters", name);
        options.putAll(others);
        return options;
    }

    /**
     * A counter of a running job, over all subtasks of an operator.
     *
     * @param operator its display name
     */
    public long of(JobID job, String operator, String counter) {
        // Of the operator itself: some count by collection besides, in groups of their own.
        String own = Pattern.quote(operator) + "\\.\\d+\\." + Pattern.quote(counter) + "$";
        long sum = 0;
        int subtasks = 0;
        for (Metric metric : metrics.findMetrics(job, own).values()) {
            if (metric instanceof Counter count) {
                sum += count.getCount();
                subtasks++;
            }
        }
        if (subtasks == 0) {
            throw new IllegalStateException(
                    "No subtask of '%s' counts '%s'.".formatted(operator, counter));
        }
        return sum;
    }
}
