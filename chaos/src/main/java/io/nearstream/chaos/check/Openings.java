package io.nearstream.chaos.check;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** When writes of unknown outcome began, by what they may be known by; the earliest first. */
final class Openings<K> {
    /** Before every moment: nobody knows. */
    static final long NONE = Long.MIN_VALUE;

    private final Map<K, ArrayDeque<Long>> began = new HashMap<>();

    void add(K key, long moment) {
        began.computeIfAbsent(key, first -> new ArrayDeque<>()).add(moment);
    }

    void sort() {
        began.replaceAll(
                (key, moments) ->
                        new ArrayDeque<>(
                                moments.stream().sorted(Comparator.naturalOrder()).toList()));
    }

    long takeFirst(K key) {
        ArrayDeque<Long> moments = began.get(key);
        return moments == null || moments.isEmpty() ? NONE : moments.poll();
    }
}
