package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * The queries that stood, from what was registered and what was told. Each difference must follow
 * from the registrations of its name, in their order, and each registration must be answered once.
 *
 * <p>A registration counts with all that was written up to its append, so at the next millisecond;
 * later only where the job comes to it later, which what is told says. From then on nothing is
 * open: a lease ends at its millisecond, and what counts behind that finds no query.
 */
final class StandingLives {
    /** The end of a query in whose place another came. */
    static final String REPLACED = "REPLACED";

    /** A query from its first snapshot to its end. */
    static final class Life {
        private final Registration began;
        private final List<Difference> told = new ArrayList<>();
        private long leaseEnd;
        private long limitedUntil = Long.MAX_VALUE;
        private int renewals;
        private int answers;
        private String end = "";

        private Life(Registration began) {
            this.began = began;
        }

        StandingQuery query() {
            return began.query().orElseThrow();
        }

        /** All that was told; at the end of one that was replaced a word of that. */
        List<Difference> told() {
            return told;
        }

        /** Why it ended. */
        String end() {
            return end;
        }

        /** How often it was renewed. */
        int renewals() {
            return renewals;
        }

        /** How many of the renewals were answered with the whole answer. */
        int answers() {
            return answers;
        }

        private boolean isLimited() {
            return limitedUntil != Long.MAX_VALUE;
        }
    }

    private final Map<QueryName, OfName> names = new LinkedHashMap<>();
    private final Map<Version, Registration> refused = new HashMap<>();
    private final List<Life> lives = new ArrayList<>();

    private StandingLives(List<Registration> registrations) {
        List<Registration> ordered = new ArrayList<>(registrations);
        ordered.sort(Comparator.comparing(registration -> registration.stamp().offset()));
        for (Registration registration : ordered) {
            if (registration.refusal().isPresent()) {
                refused.put(registration.stamp(), registration);
            } else {
                names.computeIfAbsent(registration.name(), OfName::new).left.add(registration);
            }
        }
    }

    /**
     * Explains all that was told.
     *
     * @param told by subscriber in order
     * @throws AssertionError where something was told that does not follow, or was not that does;
     *     or where a query stands yet
     */
    static List<Life> explain(List<Registration> registrations, List<Difference> told) {
        StandingLives all = new StandingLives(registrations);
        for (Difference difference : told) {
            if (difference.kind() == Difference.Kind.REFUSED) {
                Registration of = all.refused.remove(difference.registered());
                assertThat(of).as("what %s refuses, and nothing has", difference).isNotNull();
                assertThat(difference.query()).isEqualTo(of.name());
                assertThat(difference.reason()).isEqualTo(of.refusal().orElseThrow().reason());
                assertThat(difference.sequence()).isZero();
            } else {
                OfName name = all.names.get(difference.query());
                assertThat(name).as("registrations of %s", difference).isNotNull();
                name.take(difference);
            }
        }
        assertThat(all.refused).as("not refused").isEmpty();
        all.names.values().forEach(OfName::finish);
        return all.lives;
    }

    /** What has no write comes before all writes of its time. */
    private static Version at(long time) {
        return new Version(time, Integer.MIN_VALUE, Long.MIN_VALUE);
    }

    /** The registrations of a name, and the query that stands. */
    private final class OfName {
        private final QueryName name;
        private final Deque<Registration> left = new ArrayDeque<>();
        @Nullable private Life life;

        /** When the newest registration counted that was answered. */
        private long counted = Long.MIN_VALUE;

        /** From when on what counts finds no query, where none stands. */
        private long free = Long.MIN_VALUE;

        /** Of a snapshot that was asked for and not given; the limit must be told next. */
        @Nullable private Version limits;

        private OfName(QueryName name) {
            this.name = name;
        }

        private void take(Difference difference) {
            boolean begins = difference.sequence() == 1;
            if (limits != null) {
                assertThat(difference.kind()).isEqualTo(Difference.Kind.LIMITED);
                assertThat(difference.cause()).isEqualTo(limits);
                limits = null;
            }
            if (!begins || life != null) {
                assertThat(life).as("a query before %s", difference).isNotNull();
                long time = difference.cause().time();
                assertThat(time).as("%s", difference).isLessThanOrEqualTo(life.limitedUntil);
            }
            if (begins) {
                begins(difference);
            } else {
                assertThat(difference.registered()).isEqualTo(life.began.stamp());
                goesOn(difference);
            }
            if (life != null) {
                life.told.add(difference);
            }
        }

        private void goesOn(Difference difference) {
            switch (difference.kind()) {
                case CHANGE -> assertThat(life.isLimited()).as("%s", difference).isFalse();
                case SNAPSHOT -> {
                    if (life.isLimited()) {
                        assertThat(difference.cause()).isEqualTo(at(life.limitedUntil));
                        assertThat(difference.until()).isEqualTo(life.leaseEnd);
                        life.limitedUntil = Long.MAX_VALUE;
                    } else {
                        assertThat(renewal(difference).snapshot()).isTrue();
                        life.answers++;
                    }
                }
                case RENEWED -> {
                    if (renewal(difference).snapshot() && !life.isLimited()) {
                        limits = difference.cause();
                    }
                }
                case LIMITED -> {
                    assertThat(life.isLimited()).as("%s", difference).isFalse();
                    assertThat(difference.until() - difference.cause().time())
                            .isBetween(1L, 1_000L);
                    life.limitedUntil = difference.until();
                }
                case ENDED -> {
                    life.told.add(difference);
                    ends(difference);
                }
                default -> throw new AssertionError("Unknown: " + difference);
            }
        }

        private void begins(Difference difference) {
            if (life == null) {
                skipDropsOfNothing();
            }
            Registration of = next(difference);
            assertThat(difference.kind()).isEqualTo(Difference.Kind.SNAPSHOT);
            assertThat(difference.registered()).isEqualTo(of.stamp());
            assertThat(of.query()).as("%s", difference).isPresent();
            if (life != null) {
                assertThat(life.query().asksAs(of.query().get())).isFalse();
                counts(of, difference);
                life.told.add(replaced(life.told.get(life.told.size() - 1), difference));
                life.end = REPLACED;
            } else {
                assertThat(difference.cause().time()).isGreaterThanOrEqualTo(free);
                counted(of, difference);
            }
            life = new Life(of);
            life.leaseEnd = difference.until();
            lives.add(life);
        }

        /** A drop that was appended in time ends the query. */
        private void skipDropsOfNothing() {
            while (!left.isEmpty() && left.element().query().isEmpty()) {
                long time = left.remove().stamp().time() + 1;
                assertThat(time).as("a drop of %s", name).isGreaterThanOrEqualTo(free);
            }
        }

        private Registration renewal(Difference difference) {
            Registration of = next(difference);
            assertThat(of.query()).as("%s", difference).isPresent();
            assertThat(life.query().asksAs(of.query().get())).as("%s", difference).isTrue();
            counts(of, difference);
            life.leaseEnd = difference.until();
            life.renewals++;
            return of;
        }

        private void ends(Difference difference) {
            long time = difference.cause().time();
            assertThat(difference.cause()).isEqualTo(at(time));
            if (difference.reason().equals(Difference.DROPPED)) {
                Registration of = next(difference);
                assertThat(of.query()).as("%s", difference).isEmpty();
                assertThat(time).isGreaterThan(of.stamp().time()).isBetween(counted, life.leaseEnd);
                free = of.stamp().time() + 1;
            } else {
                assertThat(difference.reason()).isEqualTo(Difference.EXPIRED);
                // What is read behind the end of its own lease begins, and is over.
                assertThat(time).isEqualTo(Math.max(counted, life.leaseEnd));
                free = counted > life.leaseEnd ? counted : life.leaseEnd + 1;
            }
            counted = time;
            life.end = difference.reason();
            life = null;
        }

        private Registration next(Difference difference) {
            assertThat(left).as("what %s answers", difference).isNotEmpty();
            return left.remove();
        }

        /** Before the lease ends. */
        private void counts(Registration of, Difference difference) {
            assertThat(difference.cause().time())
                    .as("%s", difference)
                    .isLessThanOrEqualTo(life.leaseEnd);
            counted(of, difference);
        }

        private void counted(Registration of, Difference difference) {
            long time = difference.cause().time();
            assertThat(difference.cause()).isEqualTo(at(time));
            assertThat(time).isGreaterThan(of.stamp().time()).isGreaterThanOrEqualTo(counted);
            assertThat(difference.until()).isEqualTo(of.stamp().time() + of.leaseMs());
            counted = time;
        }

        private void finish() {
            assertThat(life).as("stands yet").isNull();
            skipDropsOfNothing();
            assertThat(left).as("not answered").isEmpty();
        }
    }

    /** It is told of no more: what comes behind its successor is not its own. */
    private static Difference replaced(Difference last, Difference successor) {
        return new Difference(
                last.query(),
                last.registered(),
                last.sequence() + 1,
                Difference.Kind.ENDED,
                successor.cause(),
                List.of(),
                List.of(),
                false,
                REPLACED,
                "",
                0);
    }
}
