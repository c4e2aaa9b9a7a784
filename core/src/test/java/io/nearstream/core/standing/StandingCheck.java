package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was told of a log, against the life of its queries and against brute force. */
public final class StandingCheck {
    private StandingCheck() {}

    /**
     * Checks that exactly those queries that begin are told of, each to its end, and that at every
     * version of the log from the begin of a query to its end the fold is its answer.
     *
     * @param told of each query in order
     * @param frontiers by stamp, the watermark when a registration came
     * @param end the last watermark
     * @return how many versions were looked at
     */
    public static int check(
            StandingLog log, List<Difference> told, Map<Version, Long> frontiers, long end) {
        StandingBruteForce brute =
                new StandingBruteForce(log.rules().space(), log.rules().cells(), log.changes());
        Map<Version, StandingLifecycle.Life> lives =
                new StandingLifecycle(log.registrations(), frontiers, end).lives();
        Map<Version, List<Difference>> byQuery = new LinkedHashMap<>();
        told.forEach(
                difference ->
                        byQuery.computeIfAbsent(
                                        difference.registered(), unknown -> new ArrayList<>())
                                .add(difference));
        assertThat(byQuery.keySet())
                .as("registrations that began a query")
                .containsExactlyInAnyOrderElementsOf(lives.keySet());
        int checked = 0;
        for (Map.Entry<Version, StandingLifecycle.Life> of : lives.entrySet()) {
            StandingLifecycle.Life life = of.getValue();
            List<Difference> all = new ArrayList<>(byQuery.get(of.getKey()));
            lives(life, all);
            if (life.replacedAt != null) {
                all.add(replaced(all.get(all.size() - 1), life.replacedAt));
            }
            checked += brute.check(life.query(), all);
        }
        return checked;
    }

    /** As often renewed, and ended when and why it has to. */
    private static void lives(StandingLifecycle.Life life, List<Difference> told) {
        Difference last = told.get(told.size() - 1);
        assertThat(told.get(0).kind()).isEqualTo(Difference.Kind.SNAPSHOT);
        long ends = count(told, Difference.Kind.ENDED);
        if (life.ended.isEmpty()) {
            assertThat(ends).as("ends of %s", told).isZero();
        } else {
            assertThat(ends).as("ends of %s", told).isEqualTo(1);
            assertThat(last.kind()).isEqualTo(Difference.Kind.ENDED);
            assertThat(last.reason()).isEqualTo(life.ended);
            assertThat(last.cause()).isEqualTo(Telling.at(life.endedAt));
        }
        // Every snapshot but the first is that of a renewal, or of a limit that is over.
        long limitsOver = count(told, Difference.Kind.LIMITED) - (endsLimited(told) ? 1 : 0);
        long answers = count(told, Difference.Kind.SNAPSHOT) - 1 - limitsOver;
        assertThat(answers + count(told, Difference.Kind.RENEWED))
                .as("answers to renewals in %s", told)
                .isEqualTo(life.renewals);
    }

    private static long count(List<Difference> told, Difference.Kind kind) {
        return told.stream().filter(difference -> difference.kind() == kind).count();
    }

    private static boolean endsLimited(List<Difference> told) {
        boolean limited = false;
        for (Difference difference : told) {
            limited =
                    difference.kind() == Difference.Kind.LIMITED
                            || limited && difference.kind() != Difference.Kind.SNAPSHOT;
        }
        return limited;
    }

    /** A replaced query is told of no more: what comes behind the replacement is not its. */
    private static Difference replaced(Difference last, long time) {
        return new Difference(
                last.query(),
                last.registered(),
                last.sequence() + 1,
                Difference.Kind.ENDED,
                Telling.at(time),
                List.of(),
                List.of(),
                false,
                "REPLACED",
                "",
                0);
    }
}
