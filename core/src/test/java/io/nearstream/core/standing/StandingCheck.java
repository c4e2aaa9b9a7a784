package io.nearstream.core.standing;

import io.nearstream.core.model.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What was told of a log, against brute force. */
public final class StandingCheck {
    private StandingCheck() {}

    /**
     * Checks every query, from each registration that began it, at every version of the log.
     *
     * @param told of each query in order
     * @return how many versions were looked at
     */
    public static int check(StandingLog log, List<Difference> told) {
        StandingBruteForce brute =
                new StandingBruteForce(log.rules().space(), log.rules().cells(), log.changes());
        Map<Version, StandingQuery> asked =
                log.registrations().stream()
                        .filter(registration -> registration.query().isPresent())
                        .collect(
                                Collectors.toMap(
                                        Registration::stamp,
                                        registration -> registration.query().get()));
        Map<Version, List<Difference>> byQuery = new LinkedHashMap<>();
        told.forEach(
                difference ->
                        byQuery.computeIfAbsent(
                                        difference.registered(), unknown -> new ArrayList<>())
                                .add(difference));
        int checked = 0;
        for (Map.Entry<Version, List<Difference>> of : byQuery.entrySet()) {
            checked += brute.check(asked.get(of.getKey()), untilReplaced(of.getValue(), told));
        }
        return checked;
    }

    /** A replaced query is told of no more: what comes behind the replacement is not its. */
    private static List<Difference> untilReplaced(List<Difference> of, List<Difference> told) {
        Difference last = of.get(of.size() - 1);
        List<Difference> out = new ArrayList<>(of);
        told.stream()
                .filter(other -> other.query().equals(last.query()))
                .filter(other -> other.sequence() == 1)
                .filter(other -> other.registered().isNewerThan(last.registered()))
                .filter(other -> last.kind() != Difference.Kind.ENDED)
                .findFirst()
                .ifPresent(
                        other ->
                                out.add(
                                        new Difference(
                                                last.query(),
                                                last.registered(),
                                                last.sequence() + 1,
                                                Difference.Kind.ENDED,
                                                other.cause(),
                                                List.of(),
                                                List.of(),
                                                "REPLACED",
                                                "",
                                                0)));
        return out;
    }
}
