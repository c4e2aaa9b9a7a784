package io.nearstream.embedded;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/**
 * Flink's configuration for one kind of machine: the layer {@code flink-conf/common}, then the
 * profile's own, then what the caller overrides. Stateless.
 */
public final class FlinkProfile {
    /** One machine, one JVM. */
    public static final String LOCAL = "local";

    private static final String COMMON = "common";

    private FlinkProfile() {}

    /**
     * The configuration of a profile; a new object each time.
     *
     * @param profile a folder of {@code flink-conf/}, for example {@link #LOCAL}
     * @param overrides Flink or Nearstream option keys and their values, which win over the files
     * @throws IllegalArgumentException when there is no such profile
     */
    public static Configuration load(String profile, Map<String, String> overrides) {
        Map<String, String> settings = new TreeMap<>(layer(COMMON));
        settings.putAll(layer(profile));
        settings.putAll(overrides);
        return Configuration.fromMap(settings);
    }

    /** One layer as it is in its file, with flat keys. */
    static Map<String, String> layer(String name) {
        String resource = "flink-conf/%s/config.yaml".formatted(name);
        try (InputStream in = FlinkProfile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "Flink profile '%s' is unknown: there is no %s.".formatted(name, resource));
            }
            Map<String, String> settings = new TreeMap<>();
            flatten("", parser().readTree(in), settings);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + resource + ".", e);
        }
    }

    private static ObjectMapper parser() {
        return new YAMLMapper(
                YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    }

    private static void flatten(String key, JsonNode node, Map<String, String> settings) {
        if (node.isObject()) {
            node.fields()
                    .forEachRemaining(
                            field ->
                                    flatten(
                                            key.isEmpty()
                                                    ? field.getKey()
                                                    : key + "." + field.getKey(),
                                            field.getValue(),
                                            settings));
            return;
        }
        String value = node.isArray() ? String.join(";", elements(node)) : node.asText();
        if (settings.put(key, value) != null) {
            throw new IllegalArgumentException("'%s' is given twice.".formatted(key));
        }
    }

    private static List<String> elements(JsonNode array) {
        List<String> elements = new ArrayList<>();
        array.forEach(element -> elements.add(element.asText()));
        return elements;
    }
}
