package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.Difference.Kind;
import io.nearstream.core.standing.QueryName;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Differences fold to the answers that a model of the job has, or to none. */
class StandingAnswersTest {
    private static final QueryName QUERY = new QueryName("s", "q");
    private static final int STEPS = 100;
    private static final int LIMIT = 6;

    private final StandingAnswers answers = new StandingAnswers();

    private record Mutation(List<String> removed, List<Difference.Hit> added) {}

    /** A job with one query, whose answer is a list of ids and distances. */
    private static final class Job {
        private final SplittableRandom random;
        private final List<Difference.Hit> answer = new ArrayList<>();
        private long offset;
        private Version registered = Version.NONE;
        private long sequence;
        private boolean limited;
        private boolean stands;
        private boolean truncated;

        Job(SplittableRandom random) {
            this.random = random;
        }

        /** As it is in a checkpoint; what happens from then on may be something else. */
        Job copy(SplittableRandom other) {
            Job copy = new Job(other);
            copy.answer.addAll(answer);
            copy.offset = offset;
            copy.registered = registered;
            copy.sequence = sequence;
            copy.limited = limited;
            copy.stands = stands;
            copy.truncated = truncated;
            return copy;
        }

        Difference next() {
            if (!stands || random.nextInt(40) == 0) {
                return register();
            }
            int what = random.nextInt(20);
            if (what == 0) {
                stands = false;
                return tell(Kind.ENDED, List.of(), List.of());
            }
            if (what == 1) {
                return tell(Kind.RENEWED, List.of(), List.of());
            }
            if (what == 2 && !limited) {
                limited = true;
                return tell(Kind.LIMITED, List.of(), List.of());
            }
            if (what == 3 || limited) {
                return snapshot();
            }
            return change();
        }

        private Difference register() {
            stands = true;
            registered = new Version(offset, 0, offset);
            sequence = 0;
            if (random.nextBoolean()) {
                answer.clear();
            }
            return snapshot();
        }

        Difference snapshot() {
            limited = false;
            for (int i = random.nextInt(3); i > 0; i--) {
                mutate(); // what was not told meanwhile
            }
            truncated = random.nextBoolean();
            return tell(Kind.SNAPSHOT, List.of(), List.copyOf(answer));
        }

        private Difference change() {
            if (random.nextInt(5) == 0) {
                truncated = !truncated;
                return tell(Kind.CHANGE, List.of(), List.of());
            }
            Mutation said = mutate();
            truncated = random.nextBoolean();
            return tell(Kind.CHANGE, said.removed(), said.added());
        }

        private Mutation mutate() {
            List<String> removed = new ArrayList<>();
            List<Difference.Hit> added = new ArrayList<>();
            if (!answer.isEmpty() && (answer.size() == LIMIT || random.nextBoolean())) {
                removed.add(answer.remove(random.nextInt(answer.size())).id());
            }
            if (removed.isEmpty() || random.nextBoolean()) {
                int rank = random.nextInt(answer.size() + 1);
                String id =
                        removed.isEmpty() || random.nextBoolean()
                                ? "r" + random.nextLong()
                                : removed.get(0);
                Difference.Hit hit =
                        new Difference.Hit(id, random.nextDouble(), Version.NONE, rank);
                answer.add(rank, hit);
                added.add(hit);
            }
            for (int i = 0; i < answer.size(); i++) {
                Difference.Hit hit = answer.get(i);
                answer.set(i, new Difference.Hit(hit.id(), hit.distance(), hit.version(), i));
            }
            return new Mutation(removed, added);
        }

        private Difference tell(Kind kind, List<String> removed, List<Difference.Hit> added) {
            return new Difference(
                    QUERY,
                    registered,
                    ++sequence,
                    kind,
                    new Version(++offset, 0, offset),
                    removed,
                    added,
                    (kind == Kind.SNAPSHOT || kind == Kind.CHANGE) && truncated,
                    "",
                    "",
                    offset + 100);
        }
    }

    private StandingAnswer taken(Difference difference) {
        StandingUpdate update = answers.take(difference);
        assertThat(update.difference()).isEqualTo(difference);
        return update.answer();
    }

    @Test
    void whatComesOnceAndInOrderIsAlwaysTheAnswer() {
        Property.holds(
                random -> {
                    StandingAnswers folded = new StandingAnswers();
                    Job job = new Job(random);
                    for (int i = 0; i < STEPS; i++) {
                        StandingAnswer answer = folded.take(job.next()).answer();
                        if (job.stands && !job.limited) {
                            assertThat(answer.status()).isEqualTo(StandingAnswer.Status.CURRENT);
                            assertThat(answer.hits()).isEqualTo(job.answer);
                            assertThat(answer.truncated()).isEqualTo(job.truncated);
                        } else if (job.stands) {
                            assertThat(answer.status()).isEqualTo(StandingAnswer.Status.LIMITED);
                        } else {
                            assertThat(answer.status()).isEqualTo(StandingAnswer.Status.ENDED);
                            assertThat(folded.all()).isEmpty();
                        }
                    }
                });
    }

    @Test
    void noAnswerIsWrongWhateverIsMissing() {
        Property.holds(random -> neverWrong(random, true));
    }

    @Test
    void noAnswerIsWrongWhenAJobSaysOtherThingsFromItsCheckpointOn() {
        Property.holds(random -> neverWrong(random, false));
    }

    /** Both at once could not be told: another difference of the number that was lost. */
    private static void neverWrong(SplittableRandom random, boolean losses) {
        StandingAnswers folded = new StandingAnswers();
        Job job = new Job(random.split());
        Job checkpoint = job.copy(random.split());
        for (int i = 0; i < STEPS; i++) {
            int fault = random.nextInt(20);
            if (!losses && fault == 0) {
                checkpoint = job.copy(random.split());
            } else if (!losses && fault == 1) {
                job = checkpoint.copy(random.split());
            }
            Difference difference = job.next();
            if (losses && fault == 0) {
                continue;
            }
            StandingAnswer answer = folded.take(difference).answer();
            if (answer.status() == StandingAnswer.Status.CURRENT) {
                assertThat(answer.hits()).isEqualTo(job.answer);
                assertThat(answer.truncated()).isEqualTo(job.truncated);
            } else if (answer.status() != StandingAnswer.Status.LIMITED) {
                assertThat(answer.hits()).isEmpty();
                assertThat(answer.truncated()).isFalse();
            }
            if (difference.kind() == Kind.SNAPSHOT) {
                assertThat(answer.status()).isEqualTo(StandingAnswer.Status.CURRENT);
            }
        }
    }

    private static Difference difference(long sequence, Kind kind, String... added) {
        return difference(sequence, kind, false, added);
    }

    private static Difference difference(
            long sequence, Kind kind, boolean truncated, String... added) {
        List<Difference.Hit> hits = new ArrayList<>();
        for (String id : added) {
            hits.add(new Difference.Hit(id, hits.size(), Version.NONE, hits.size()));
        }
        return new Difference(
                QUERY,
                new Version(1, 0, 0),
                sequence,
                kind,
                new Version(sequence, 1, 1),
                List.of(),
                hits,
                truncated,
                "",
                "",
                50);
    }

    @Test
    void aGapIsUnknownUntilASnapshotComes() {
        assertThat(taken(difference(1, Kind.SNAPSHOT, "a")).hits()).hasSize(1);
        StandingAnswer gap = taken(difference(3, Kind.CHANGE, "b"));
        assertThat(gap.status()).isEqualTo(StandingAnswer.Status.UNKNOWN);
        assertThat(gap.hits()).isEmpty();
        assertThat(answers.isKnown(QUERY)).isFalse();
        assertThat(taken(difference(4, Kind.CHANGE, "c")).status())
                .isEqualTo(StandingAnswer.Status.UNKNOWN);
        StandingAnswer again = taken(difference(5, Kind.SNAPSHOT, "a", "b", "c"));
        assertThat(again.status()).isEqualTo(StandingAnswer.Status.CURRENT);
        assertThat(again.hits()).extracting(Difference.Hit::id).containsExactly("a", "b", "c");
        assertThat(again.leaseEnd()).isEqualTo(50);
    }

    @Test
    void thatAnAnswerIsCutIsKnownForAsLongAsItIs() {
        assertThat(taken(difference(1, Kind.SNAPSHOT, true, "a")).truncated()).isTrue();
        assertThat(taken(difference(2, Kind.RENEWED)).truncated()).isTrue();
        StandingAnswer whole = taken(difference(3, Kind.CHANGE));
        assertThat(whole.truncated()).isFalse();
        assertThat(whole.status()).isEqualTo(StandingAnswer.Status.CURRENT);
        assertThat(whole.hits()).hasSize(1);
        assertThat(taken(difference(4, Kind.CHANGE, true)).truncated()).isTrue();
        assertThat(taken(difference(5, Kind.LIMITED)).truncated()).as("as its hits").isTrue();
        assertThat(taken(difference(6, Kind.SNAPSHOT, "a")).truncated()).isFalse();
        assertThat(taken(difference(7, Kind.CHANGE, true)).truncated()).isTrue();
        assertThat(taken(difference(9, Kind.CHANGE, true)).truncated()).as("unknown").isFalse();
        assertThat(taken(difference(10, Kind.SNAPSHOT, true)).truncated()).isTrue();
        assertThat(taken(difference(11, Kind.ENDED)).truncated()).as("over").isFalse();
    }

    @Test
    void whatDoesNotFitIsNotBelieved() {
        taken(difference(1, Kind.SNAPSHOT, "a"));
        assertThat(taken(difference(2, Kind.CHANGE, "a")).status())
                .as("it is there already")
                .isEqualTo(StandingAnswer.Status.UNKNOWN);
    }

    @Test
    void aRefusalChangesNothing() {
        Difference refused = difference(0, Kind.REFUSED);
        assertThat(taken(refused).status()).isEqualTo(StandingAnswer.Status.UNKNOWN);
        assertThat(answers.all()).isEmpty();
        taken(difference(1, Kind.SNAPSHOT, "a"));
        StandingAnswer stands = taken(refused);
        assertThat(stands.status()).isEqualTo(StandingAnswer.Status.CURRENT);
        assertThat(stands.hits()).hasSize(1);
        assertThat(answers.answer(QUERY)).contains(stands);
    }

    @Test
    void whatIsLimitedIsSaidUntilItsSnapshot() {
        taken(difference(1, Kind.SNAPSHOT, "a"));
        assertThat(taken(difference(2, Kind.LIMITED)).status())
                .isEqualTo(StandingAnswer.Status.LIMITED);
        assertThat(taken(difference(3, Kind.RENEWED)).status())
                .isEqualTo(StandingAnswer.Status.LIMITED);
        assertThat(taken(difference(4, Kind.SNAPSHOT)).status())
                .isEqualTo(StandingAnswer.Status.CURRENT);
    }
}
