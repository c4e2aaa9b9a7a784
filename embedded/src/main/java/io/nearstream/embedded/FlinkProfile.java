package io.nearstream.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            return flat(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + resource + ".", e);
        }
    }

    /**
     * A layer of one's own, with flat keys.
     *
     * @throws IOException when the file cannot be read or is no YAML; the message names it
     */
    public static Map<String, String> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return flat(in);
        } catch (JsonProcessingException malformed) {
            throw new IOException(
                    "%s is no YAML of options: %s".formatted(file, malformed.getOriginalMessage()),
                    malformed);
        }
    }

    private static Map<String, String> flat(InputStream in) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        JsonNode tree = parser().readTree(in);
        if (tree.isObject()) { // an empty file is not
            flatten("", tree, settings);
        }
        return settings;
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
