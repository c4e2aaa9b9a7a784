package io.nearstream.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.check.WrittenLog.When;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Operation;
import io.nearstream.chaos.history.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Histories of one key by hand. */
class KeyReadCheckTest {
    private static final long SEED = 1;
    private static final Content CONTENT = new Content(SEED);
    private static final Duration LAG = Duration.ofNanos(100);

    private final List<Operation> operations = new ArrayList<>();
    private final List<History.Look> looks = new ArrayList<>();
    private final List<KeyEntry> log = new ArrayList<>();
    private long reads = 1_000;

    @Test
    void readsOfWritesOnTheirWayMayShowThemOrNot() {
        put(1, 10, 20);
        put(2, 30, 60);
        read(true, 35, 40, 1);
        read(true, 36, 41, 2);
        assertCount(Violation.WRONG_ANSWERS, 0);
    }

    @Test
    void aStrongReadNeverGoesBackBehindAnother() {
        put(1, 10, 20);
        put(2, 30, 60);
        read(true, 35, 40, 2);
        read(true, 41, 45, 1);
        assertCount(Violation.WRONG_ANSWERS, 1);
    }

    @Test
    void aWriteWithoutAnAnswerMayComeLate() {
        put(1, 10, 20);
        put(2, 30, Operation.NEVER);
        read(true, 1_000, 1_001, 1);
        read(true, 2_000, 2_001, 2);
        assertCount(Violation.WRONG_ANSWERS, 0);
    }

    @Test
    void aLiveReadMayGoBackWithAJobOnly() {
        put(1, 10, 20);
        put(2, 30, 40);
        read(false, 50, 55, 2);
        read(false, 60, 65, 1);
        look(45, 7);
        look(57, 8);
        look(70, 8);
        assertCount(Violation.WRONG_ANSWERS, 0);
    }

    @Test
    void aLiveReadMayNotGoBackInAStableTime() {
        put(1, 10, 20);
        put(2, 30, 40);
        read(false, 50, 55, 2);
        read(false, 60, 65, 1);
        look(45, 7);
        look(70, 7);
        assertCount(Violation.WRONG_ANSWERS, 1);
    }

    @Test
    void aLiveReadMayNotMissWhatItsJobHasAnswered() {
        put(1, 10, 20);
        put(2, 30, 40);
        read(false, 60, 65, 1);
        look(5, 7);
        look(70, 7);
        assertCount(Violation.WRONG_ANSWERS, 1);
    }

    @Test
    void aJobThatWentBackHasUntilTheLagToCatchUp() {
        put(1, 10, 20);
        put(2, 30, 40);
        look(45, 7);
        look(50, 8);
        look(200, 8);
        read(false, 149, 155, 1);
        assertCount(Violation.WRONG_ANSWERS, 0);
        read(false, 150, 156, 1);
        assertCount(Violation.WRONG_ANSWERS, 1);
    }

    @Test
    void whatNobodyLookedAtIsNotStable() {
        put(1, 10, 20);
        put(2, 30, 40);
        read(false, 50, 55, 2);
        read(false, 60, 65, 1);
        look(45, History.Look.UNKNOWN);
        look(70, History.Look.UNKNOWN);
        assertCount(Violation.WRONG_ANSWERS, 0);
    }

    private void put(long number, long began, long ended) {
        Position at = new Position(0, number);
        long hash = Content.hash(CONTENT.value(number));
        log.add(new KeyEntry(at, "k", false, number, hash, When.ALWAYS, at));
        Ask ask = new Ask.WriteKey("k", false, "");
        operations.add(
                ended == Operation.NEVER
                        ? Operation.open(number, began, ask)
                        : new Operation(number, began, ended, ask, new Answer.Written(true, at)));
    }

    private void read(boolean strong, long began, long ended, long found) {
        Answer answer =
                new Answer.Value(new Position(0, found), found, Content.hash(CONTENT.value(found)));
        operations.add(
                new Operation(++reads, began, ended, new Ask.ReadKey("k", strong, false), answer));
    }

    private void look(long at, long epoch) {
        looks.add(new History.Look(at, epoch));
    }

    private void assertCount(Violation violation, long count) {
        Findings findings = new Checker(LAG).check(history(), new WrittenLog(List.of(), log));
        assertThat(findings.count(violation)).as(findings.toString()).isEqualTo(count);
        assertThat(findings.none()).as(findings.toString()).isEqualTo(count == 0);
    }

    private History history() {
        return new History() {
            @Override
            public Subject subject() {
                return new Subject(SEED, "c", "k");
            }

            @Override
            public void forEach(Consumer<Operation> visitor) {
                operations.forEach(visitor);
            }

            @Override
            public void forEachLook(Consumer<Look> visitor) {
                looks.forEach(visitor);
            }
        };
    }
}
