package io.nearstream.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a process of a cluster is; in the order in which they are started. */
public enum NodeRole {
    ZOOKEEPER,
    BROKER,
    JOBMANAGER,
    TASKMANAGER;

    /** Whether it is a process of Flink's. */
    public boolean isFlink() {
        return this == JOBMANAGER || this == TASKMANAGER;
    }

    /** As it is written in commands and names of nodes. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of that name.
     *
     * @throws IllegalArgumentException for any other; the message names them all
     */
    public static NodeRole of(String text) {
        return Arrays.stream(values())
                .filter(role -> role.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "A node's role must be one of %s, but was '%s'."
                                                .formatted(
                                                        Arrays.stream(values())
                                                                .map(NodeRole::text)
                                                                .collect(Collectors.joining(", ")),
                                                        text)));
    }
}
