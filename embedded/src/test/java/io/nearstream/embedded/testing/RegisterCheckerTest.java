package io.nearstream.embedded.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.RegisterHistory.Answer;
import io.nearstream.embedded.testing.RegisterHistory.Call;
import io.nearstream.testing.Property;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker accepts what a register may answer, and finds every planted bug. */
class RegisterCheckerTest {
    private static final int CALLS = 200;
    private static final int CLIENTS = 8;
    private static final int BUGGY_HISTORIES = 50;

    private final RegisterHistory history = new RegisterHistory(new AtomicLong());

    @Test
    void concurrentCallsMayHappenInEitherOrder() {
        Call first = history.put(1, "a", Condition.NONE);
        Call second = history.put(2, "b", Condition.NONE);
        first.end(applied(2));
        second.end(applied(1));
        history.read(3).end(found(2, "a"));
        assertLinearizable();
    }

    @Test
    void whatOneReadSawTheNextMustSee() {
        Call put = history.put(1, "a", Condition.NONE);
        history.read(2).end(found(1, "a"));
        history.read(2).end(Answer.missing());
        put.end(applied(1));
        assertViolated("'a' of version");
    }

    @Test
    void acknowledgedPutMustBeRead() {
        history.put(1, "a", Condition.NONE).end(applied(1));
        history.read(2).end(Answer.missing());
        assertViolated("'a' of version");
    }

    @Test
    void callWithoutAnswerMayHappenMuchLater() {
        history.put(1, "a", Condition.NONE);
        history.put(2, "b", Condition.NONE).end(applied(1));
        history.read(2).end(found(1, "b"));
        history.read(2).end(found(2, "a"));
        assertLinearizable();
    }

    @Test
    void callWithoutAnswerHappensOnceAtMost() {
        history.put(1, "a", Condition.NONE);
        history.read(2).end(found(1, "a"));
        history.put(2, "b", Condition.NONE).end(applied(2));
        history.read(2).end(found(1, "a"));
        assertViolated("'b' of version");
    }

    @Test
    void deletesWithoutAnswerMayHappenOnceEach() {
        history.delete(1, Condition.NONE);
        history.delete(2, Condition.NONE);
        for (int put = 1; put <= 3; put++) {
            history.put(3, "v" + put, Condition.ABSENT).end(applied(put));
        }
        assertLinearizable();
        history.put(3, "v4", Condition.ABSENT).end(applied(4));
        assertViolated("'v3' of version");
    }

    @Test
    void putWithoutAnswerMayOwnVersionThatOnlyRefusalShowed() {
        history.put(1, "a", Condition.NONE);
        history.put(2, "b", Condition.ABSENT).end(Answer.refused(Optional.of(version(1))));
        history.put(2, "c", Condition.version(version(1))).end(applied(2));
        assertLinearizable();
        history.put(2, "d", Condition.ABSENT).end(Answer.refused(Optional.of(version(1))));
        assertViolated("'c' of version");
    }

    @Test
    void putIfVersionNeedsThatVersion() {
        history.put(1, "a", Condition.NONE).end(applied(1));
        history.put(1, "b", Condition.version(version(1))).end(applied(2));
        history.put(2, "c", Condition.version(version(1))).end(applied(3));
        assertViolated("'b' of version");
    }

    @Test
    void refusalMustBeRight() {
        history.put(1, "a", Condition.NONE).end(applied(1));
        history.put(1, "b", Condition.version(version(1)))
                .end(Answer.refused(Optional.of(version(1))));
        assertViolated("'a' of version");
    }

    @Test
    void laterPutMustHaveNewerVersion() {
        history.put(1, "a", Condition.NONE).end(applied(2));
        history.put(1, "b", Condition.NONE).end(applied(1));
        assertViolated("'a' of version");
    }

    @Test
    void oneValueHasOneVersion() {
        history.put(1, "a", Condition.NONE).end(applied(1));
        history.read(1).end(found(2, "a"));
        assertViolated("One value has two versions");
    }

    @Test
    void oneVersionHasOneValue() {
        history.put(1, "a", Condition.NONE);
        history.put(1, "b", Condition.NONE).end(applied(1));
        history.read(1).end(found(1, "a"));
        assertViolated("One version has two values");
    }

    @Test
    void valueMustHaveBeenPut() {
        history.read(1).end(found(1, "never put"));
        assertViolated("never put");
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void historiesOfHonestRegistersAreAccepted() {
        Property.holds(
                random ->
                        assertThat(
                                        RegisterChecker.violation(
                                                new SimulatedRegister(
                                                                random, SimulatedRegister.Bug.NONE)
                                                        .run(CALLS, CLIENTS)))
                                .isEmpty());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void plantedBugIsFoundInMostHistories(SimulatedRegister.Bug bug) {
        int buggy = 0;
        int found = 0;
        for (int seed = 0; seed < BUGGY_HISTORIES; seed++) {
            SimulatedRegister register = new SimulatedRegister(new SplittableRandom(seed), bug);
            Optional<String> violation = RegisterChecker.violation(register.run(CALLS, CLIENTS));
            if (register.bugs() > 0) {
                buggy++;
                found += violation.isPresent() ? 1 : 0;
            } else {
                assertThat(violation).as("seed %d", seed).isEmpty();
            }
        }
        assertThat(buggy).as("histories in which something went wrong").isGreaterThan(40);
        // In the others the calls around it overlap so that some order explains it.
        assertThat(found).as("found of %d", buggy).isGreaterThan(buggy / 2);
    }

    private static Version version(int number) {
        return new Version(number, 0, number);
    }

    private static Answer applied(int number) {
        return Answer.applied(Optional.of(version(number)));
    }

    private static Answer found(int number, String value) {
        return Answer.found(version(number), value);
    }

    private void assertLinearizable() {
        assertThat(RegisterChecker.violation(history.operations())).isEmpty();
    }

    private void assertViolated(String because) {
        assertThat(RegisterChecker.violation(history.operations()).orElse("")).contains(because);
    }
}
