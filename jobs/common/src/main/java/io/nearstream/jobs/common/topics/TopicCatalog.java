package io.nearstream.jobs.common.topics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All topics as {@code kafka/topics.yaml} says them. Immutable. A catalog names every topic of
 * {@link TopicNames#ALL} exactly once.
 */
public final class TopicCatalog {
    private static final String PACKAGED = "topics.yaml";

    private final Map<String, TopicSpec> byName;

    TopicCatalog(List<TopicSpec> topics) {
        Map<String, TopicSpec> named = new LinkedHashMap<>();
        for (TopicSpec topic : topics) {
            if (named.put(topic.name(), topic) != null) {
                throw new IllegalArgumentException(
                        "Topic '%s' is given twice; remove one.".formatted(topic.name()));
            }
        }
        Set<String> missing =
                TopicNames.ALL.stream()
                        .filter(name -> !named.containsKey(name))
                        .collect(Collectors.toCollection(TreeSet::new));
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("Topics %s are missing.".formatted(missing));
        }
        byName = named;
    }

    /** The catalog of this release, packaged with it. */
    public static TopicCatalog load() {
        try (InputStream in = TopicCatalog.class.getResourceAsStream(PACKAGED)) {
            if (in == null) {
                throw new IllegalStateException(
                        "Resource '%s' is missing beside %s; rebuild the jar."
                                .formatted(PACKAGED, TopicCatalog.class.getName()));
            }
            return TopicFile.parse("packaged " + PACKAGED, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the packaged " + PACKAGED + ".", e);
        }
    }

    /**
     * Reads a catalog in the format of {@code kafka/topics.yaml}.
     *
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException when a topic or field is missing, unknown or out of range;
     *     the message names file, topic, field and value
     */
    public static TopicCatalog read(Path file) throws IOException {
        return TopicFile.parse(file.toString(), Files.readAllBytes(file));
    }

    /** All topics, in the order of the file. */
    public List<TopicSpec> topics() {
        return List.copyOf(byName.values());
    }

    /** The topic of that name; an unknown name is an {@link IllegalArgumentException}. */
    public TopicSpec topic(String name) {
        TopicSpec topic = byName.get(name);
        if (topic == null) {
            throw new IllegalArgumentException(
                    "Topic '%s' is unknown; known are %s.".formatted(name, TopicNames.ALL));
        }
        return topic;
    }

    /** The same topics, each with that many copies (1 to 7). */
    public TopicCatalog withReplication(short copies) {
        return new TopicCatalog(
                byName.values().stream().map(topic -> topic.withReplication(copies)).toList());
    }
}
