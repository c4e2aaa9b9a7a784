package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.MemoryUse;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import io.nearstream.chaos.fault.Target;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Whether processes hold on to more after the faults than before. A node may be another process by
 * then, and the load may lie on another: so nodes of a role are compared with the largest of their
 * role. What is resident is told and not judged: a JVM that touches its heap for the first time
 * grows.
 */
final class MemoryCheck {
    /** How much more there may be: what is cached, and what is on its way, varies. */
    static final double FACTOR = 1.5;

    static final long SLACK_BYTES = 32L << 20;

    private static final double MIB = 1 << 20;

    private final Map<String, Role> roles;
    private final Map<String, Optional<MemoryUse>> before;

    private MemoryCheck(Map<String, Role> roles, Map<String, Optional<MemoryUse>> before) {
        this.roles = roles;
        this.before = before;
    }

    /** Looks before the faults. */
    static MemoryCheck begin(Target target) throws InterruptedException {
        return begin(target.nodes(), target.memory());
    }

    static MemoryCheck begin(List<Node> nodes, Map<String, Optional<MemoryUse>> before) {
        return new MemoryCheck(
                nodes.stream().collect(Collectors.toMap(Node::name, Node::role)), before);
    }

    /** What has grown, and who did not say, in words; empty if all is well. */
    List<String> grown(Map<String, Optional<MemoryUse>> after) {
        List<String> grown = new ArrayList<>();
        silent(before, "before", grown);
        silent(after, "after", grown);
        grown(after, "heap after a collection", MemoryUse::heap, grown);
        grown(after, "classes", MemoryUse::classes, grown);
        return grown;
    }

    private static void silent(
            Map<String, Optional<MemoryUse>> looked, String when, List<String> grown) {
        new TreeMap<>(looked)
                .forEach(
                        (node, use) -> {
                            if (use.isEmpty()) {
                                grown.add(
                                        "%s did not say what it holds on to %s the faults"
                                                .formatted(node, when));
                            }
                        });
    }

    private void grown(
            Map<String, Optional<MemoryUse>> after,
            String what,
            ToLongFunction<MemoryUse> part,
            List<String> grown) {
        Map<Role, Long> largest = new EnumMap<>(Role.class);
        said(before)
                .forEach(
                        (node, use) ->
                                largest.merge(roles.get(node), part.applyAsLong(use), Math::max));
        said(after)
                .forEach(
                        (node, use) -> {
                            Long was = largest.get(roles.get(node));
                            long now = part.applyAsLong(use);
                            if (was != null && now > FACTOR * was + SLACK_BYTES) {
                                grown.add(
                                        "memory of %s is not flat: %s was at most %.0f MiB in its role before the faults, and is %.0f MiB after them"
                                                .formatted(node, what, was / MIB, now / MIB));
                            }
                        });
    }

    private static Map<String, MemoryUse> said(Map<String, Optional<MemoryUse>> looked) {
        Map<String, MemoryUse> said = new TreeMap<>();
        looked.forEach((node, use) -> use.ifPresent(one -> said.put(node, one)));
        return said;
    }

    /** For the report: by node, before and after, of those that were looked at. */
    Map<String, Report.Memory> told(Map<String, Optional<MemoryUse>> after) {
        Map<String, Report.Memory> told = new TreeMap<>();
        Map<String, MemoryUse> then = said(before);
        Map<String, MemoryUse> now = said(after);
        then.forEach((node, use) -> told.put(node, new Report.Memory(use, now.get(node))));
        now.forEach((node, use) -> told.putIfAbsent(node, new Report.Memory(null, use)));
        return told;
    }
}
