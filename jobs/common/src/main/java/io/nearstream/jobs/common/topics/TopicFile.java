package io.nearstream.jobs.common.topics;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/**
 * The parser of {@code topics.yaml}. Strict: a field that is unknown, missing or malformed is an
 * error that names file, topic, field and value.
 */
final class TopicFile {
    private static final String UNLIMITED = "unlimited";
    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "purpose",
                    "partitions",
                    "replication",
                    "cleanup",
                    "retention",
                    "tombstones",
                    "timestamp",
                    "max-message",
                    "segment");

    private final JsonNode node;
    private final String topic;

    private TopicFile(JsonNode node, String topic) {
        this.node = node;
        this.topic = topic;
    }

    static TopicCatalog parse(String source, byte[] yaml) {
        try {
            return new TopicCatalog(readAll(yaml));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s is not valid YAML: %s".formatted(source, e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
        }
    }

    private static List<TopicSpec> readAll(byte[] yaml) throws IOException {
        ObjectMapper mapper =
                new YAMLMapper(
                                YAMLFactory.builder()
                                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                        .build())
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        JsonNode root = mapper.readTree(yaml);
        if (!root.isObject() || root.size() != 1 || !root.path("topics").isArray()) {
            throw new IllegalArgumentException("The file must hold one list named 'topics'.");
        }
        List<TopicSpec> topics = new ArrayList<>();
        for (JsonNode entry : root.get("topics")) {
            String topic = entry.path("name").asText("#" + (topics.size() + 1));
            topics.add(new TopicFile(entry, topic).read());
        }
        return topics;
    }

    private TopicSpec read() {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String field = names.next();
            if (!FIELDS.contains(field)) {
                throw invalid(field, "absent, since no such field is known", text(field));
            }
        }
        return new TopicSpec(
                text("name"),
                text("purpose"),
                number("partitions"),
                (short) Math.min(number("replication"), Short.MAX_VALUE),
                choice("cleanup", TopicSpec.Cleanup.class),
                UNLIMITED.equals(text("retention"))
                        ? Optional.empty()
                        : Optional.of(duration("retention")),
                node.has("tombstones") ? Optional.of(duration("tombstones")) : Optional.empty(),
                choice("timestamp", TopicSpec.Timestamp.class),
                size("max-message"),
                size("segment"));
    }

    private String text(String field) {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException(
                    "Topic '%s': '%s' is missing.".formatted(topic, field));
        }
        if (!value.isValueNode()) {
            throw invalid(field, "a single value", value.toString());
        }
        return value.asText();
    }

    private int number(String field) {
        return parsed(field, "a whole number", Integer::parseInt);
    }

    private Duration duration(String field) {
        return parsed(field, "a duration such as '7 d' or '30 min'", TimeUtils::parseDuration);
    }

    private int size(String field) {
        return parsed(
                field,
                "a size such as '4 mb', below 2 gb",
                size -> Math.toIntExact(MemorySize.parse(size).getBytes()));
    }

    private <E extends Enum<E>> E choice(String field, Class<E> type) {
        List<String> allowed =
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList();
        int index = allowed.indexOf(text(field));
        if (index < 0) {
            throw invalid(field, "one of " + allowed, text(field));
        }
        return type.getEnumConstants()[index];
    }

    private <T> T parsed(String field, String form, Function<String, T> parser) {
        String value = text(field);
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            IllegalArgumentException named = invalid(field, form, value);
            named.initCause(e);
            throw named;
        }
    }

    private IllegalArgumentException invalid(String field, String allowed, String actual) {
        return new IllegalArgumentException(
                "Topic '%s': '%s' must be %s, but was '%s'."
                        .formatted(topic, field, allowed, actual));
    }
}
