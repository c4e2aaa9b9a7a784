package io.nearstream.bench.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one system did in one round; a process of its own hands it over as JSON.
 *
 * @param system its name
 * @param description product, version and parameters, for people
 * @param java version of the Java that it ran on
 * @param buildPerSecond vectors per second, from the first add to all searchable
 * @param cpuMicrosPerVector CPU time of its process meanwhile, per vector
 * @param bytesPerVector bytes that it takes per vector, the vector included
 * @param points of its sweep, by rising parameter, at least one
 * @param more further figures by name
 */
public record SystemRun(
        String system,
        String description,
        String java,
        double buildPerSecond,
        double cpuMicrosPerVector,
        double bytesPerVector,
        List<SweepPoint> points,
        Map<String, Double> more) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public SystemRun {
        points = List.copyOf(points);
        more = Map.copyOf(more);
        if (points.isEmpty()) {
            throw new IllegalArgumentException(
                    "'points' of %s must hold at least 1 point.".formatted(system));
        }
    }

    /** The Java of this JVM. */
    static String thisJava() {
        return Integer.toString(Runtime.version().feature());
    }

    /** The run as JSON, for {@link #parse}. */
    public String json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("system", system);
        document.put("description", description);
        document.put("java", java);
        document.put("build_per_s", buildPerSecond);
        document.put("cpu_us_per_vector", cpuMicrosPerVector);
        document.put("bytes_per_vector", bytesPerVector);
        document.put("points", points.stream().map(SweepPoint::document).toList());
        document.put("more", more);
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(
                    "Figures of %s are no JSON.".formatted(system), failure);
        }
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IOException naming the field that is missing or wrong
     */
    public static SystemRun parse(String json) throws IOException {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IOException(
                    "A run must be a JSON object, but is none: " + broken.getOriginalMessage(),
                    broken);
        }
        List<SweepPoint> points = new ArrayList<>();
        for (JsonNode point : Fields.array(node, "points")) {
            points.add(SweepPoint.of(point));
        }
        Map<String, Double> more = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : node.path("more").properties()) {
            more.put(each.getKey(), Fields.number(node.path("more"), each.getKey()));
        }
        try {
            return new SystemRun(
                    Fields.text(node, "system"),
                    Fields.text(node, "description"),
                    Fields.text(node, "java"),
                    Fields.number(node, "build_per_s"),
                    Fields.number(node, "cpu_us_per_vector"),
                    Fields.number(node, "bytes_per_vector"),
                    points,
                    more);
        } catch (IllegalArgumentException wrong) {
            throw new IOException(wrong.getMessage(), wrong);
        }
    }
}
