package io.nearstream.chaos.fault;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which kinds of faults a run has, of those that were asked for, and why not the others.
 *
 * @param kinds that can be done
 * @param leftOut that cannot, with the reason
 */
public record Selection(Set<FaultKind> kinds, Map<FaultKind, String> leftOut) {
    /** Sorts the kinds that were asked for. */
    public static Selection of(
            Collection<FaultKind> asked,
            Machine machine,
            List<? extends Injector> injectors,
            List<Node> nodes) {
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        Map<FaultKind, String> leftOut = new TreeMap<>();
        for (FaultKind kind : asked) {
            Optional<String> lacking = lacking(kind, machine, injectors, nodes);
            if (lacking.isPresent()) {
                leftOut.put(kind, lacking.get());
            } else {
                kinds.add(kind);
            }
        }
        return new Selection(kinds, leftOut);
    }

    private static Optional<String> lacking(
            FaultKind kind, Machine machine, List<? extends Injector> injectors, List<Node> nodes) {
        String missing =
                kind.needs().stream()
                        .filter(need -> !machine.has().contains(need))
                        .map(Need::words)
                        .collect(Collectors.joining(" and "));
        if (!missing.isEmpty()) {
            return Optional.of("needs " + missing);
        }
        if (injectors.stream().noneMatch(injector -> injector.kinds().contains(kind))) {
            return Optional.of("this system offers no way to do it");
        }
        boolean hasNode =
                kind.roles().isEmpty()
                        || nodes.stream().anyMatch(node -> kind.roles().contains(node.role()));
        return hasNode ? Optional.empty() : Optional.of("there is no such node");
    }
}
