package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.MemoryUse;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import io.nearstream.chaos.fault.Target;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, MemoryUse> before;

    private MemoryCheck(Map<String, Role> roles, Map<String, MemoryUse> before) {
        this.roles = roles;
        this.before = before;
    }

    /** Looks before the faults. */
    static MemoryCheck begin(Target target) throws InterruptedException {
        return begin(target.nodes(), target.memory());
    }

    static MemoryCheck begin(List<Node> nodes, Map<String, MemoryUse> before) {
        return new MemoryCheck(
                nodes.stream().collect(Collectors.toMap(Node::name, Node::role)), before);
    }

    /** What has grown, in words; empty if nothing has. */
    List<String> grown(Map<String, MemoryUse> after) {
        List<String> grown = new ArrayList<>();
        grown(after, "heap after a collection", MemoryUse::heap, grown);
        grown(after, "classes", MemoryUse::classes, grown);
        return grown;
    }

    private void grown(
            Map<String, MemoryUse> after,
            String what,
            ToLongFunction<MemoryUse> part,
            List<String> grown) {
        Map<Role, Long> largest = new EnumMap<>(Role.class);
        before.forEach(
                (node, use) -> largest.merge(roles.get(node), part.applyAsLong(use), Math::max));
        new TreeMap<>(after)
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

    /** For the report: by node, before and after, of those that were looked at. */
    Map<String, Report.Memory> told(Map<String, MemoryUse> after) {
        Map<String, Report.Memory> told = new TreeMap<>();
        before.forEach((node, use) -> told.put(node, new Report.Memory(use, after.get(node))));
        after.forEach((node, use) -> told.putIfAbsent(node, new Report.Memory(null, use)));
        return told;
    }
}
