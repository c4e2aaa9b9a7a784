package io.nearstream.core.keyvalue;

import static io.nearstream.core.keyvalue.KeyValueEntry.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.KeyValueRules.Outcome;
import io.nearstream.core.keyvalue.KeyValueRules.Status;
import io.nearstream.core.model.Version;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyValueRulesTest {
    @Test
    void putReplacesAndReadFinds() {
        KeyValueEntry first = state(KeyValueRules.apply(null, put(1, "a")));
        KeyValueEntry second = state(KeyValueRules.apply(first, put(2, "b")));
        Outcome read = KeyValueRules.apply(second, read(3));
        assertThat(read.status()).isEqualTo(Status.FOUND);
        assertThat(text(state(read))).isEqualTo("b");
        assertThat(state(read).version()).isEqualTo(version(2));
        assertThat(read.wrote()).isFalse();
    }

    @Test
    void keyWithoutStateIsMissing() {
        Outcome read = KeyValueRules.apply(null, read(1));
        assertThat(read).isEqualTo(new Outcome(Status.MISSING, Optional.empty(), Optional.empty()));
    }

    @Test
    void deleteLeavesATombstone() {
        Outcome deleted =
                KeyValueRules.apply(state(KeyValueRules.apply(null, put(1, "a"))), delete(2));
        assertThat(deleted.status()).isEqualTo(Status.APPLIED);
        assertThat(state(deleted)).isEqualTo(KeyValueEntry.tombstone(version(2), 2));
        assertThat(KeyValueRules.apply(state(deleted), read(3)).status()).isEqualTo(Status.MISSING);
    }

    @Test
    void whatTheStateHasSeenChangesNothing() {
        KeyValueEntry stored = state(KeyValueRules.apply(null, put(5, "a")));
        for (KeyValueCommand replay :
                new KeyValueCommand[] {put(4, "old"), put(5, "a"), delete(4)}) {
            Outcome outcome = KeyValueRules.apply(stored, replay);
            assertThat(outcome.status()).isEqualTo(Status.REPLAYED);
            assertThat(state(outcome)).isSameAs(stored);
        }
        KeyValueEntry gone = state(KeyValueRules.apply(stored, delete(7)));
        assertThat(KeyValueRules.apply(gone, put(6, "late")).status()).isEqualTo(Status.REPLAYED);
    }

    @Test
    void putIfAbsentNeedsAKeyWithoutValue() {
        assertThat(KeyValueRules.apply(null, put(1, "a", Condition.ABSENT)).status())
                .isEqualTo(Status.APPLIED);
        KeyValueEntry stored = state(KeyValueRules.apply(null, put(1, "a")));
        Outcome failed = KeyValueRules.apply(stored, put(2, "b", Condition.ABSENT));
        assertThat(failed.status()).isEqualTo(Status.CONDITION_FAILED);
        assertThat(state(failed)).isSameAs(stored);
        KeyValueEntry gone = state(KeyValueRules.apply(stored, delete(2)));
        assertThat(KeyValueRules.apply(gone, put(3, "b", Condition.ABSENT)).status())
                .isEqualTo(Status.APPLIED);
    }

    @Test
    void conditionOnAVersionNeedsThatVersionWithAValue() {
        KeyValueEntry stored = state(KeyValueRules.apply(null, put(1, "a")));
        Condition first = Condition.version(version(1));
        assertThat(KeyValueRules.apply(stored, put(2, "b", first)).status())
                .isEqualTo(Status.APPLIED);
        assertThat(KeyValueRules.apply(null, put(2, "b", first)).status())
                .isEqualTo(Status.CONDITION_FAILED);
        KeyValueEntry second = state(KeyValueRules.apply(stored, put(2, "b")));
        assertThat(KeyValueRules.apply(second, put(3, "c", first)).status())
                .isEqualTo(Status.CONDITION_FAILED);
        KeyValueEntry gone = state(KeyValueRules.apply(stored, delete(2)));
        assertThat(KeyValueRules.apply(gone, put(3, "c", Condition.version(version(2)))).status())
                .as("the version of a tombstone")
                .isEqualTo(Status.CONDITION_FAILED);
    }

    @Test
    void expiryIsDecidedByTheAppendTimeOfWhatComesNext() {
        KeyValueEntry stored = state(KeyValueRules.apply(null, expiring(1, "a", 100)));
        assertThat(KeyValueRules.apply(stored, read(99)).status()).isEqualTo(Status.FOUND);
        Outcome read = KeyValueRules.apply(stored, read(100));
        assertThat(read.status()).isEqualTo(Status.MISSING);
        KeyValueEntry tombstone =
                KeyValueEntry.tombstone(new Version(100, 0, 1), stored.writerTime());
        assertThat(read.expired()).contains(tombstone);
        assertThat(state(read)).isEqualTo(tombstone);

        Outcome absent = KeyValueRules.apply(stored, put(100, "b", Condition.ABSENT));
        assertThat(absent.status()).isEqualTo(Status.APPLIED);
        assertThat(absent.expired()).contains(tombstone);
        Outcome byVersion =
                KeyValueRules.apply(stored, put(100, "b", Condition.version(version(1))));
        assertThat(byVersion.status()).isEqualTo(Status.CONDITION_FAILED);
    }

    @Test
    void readersSeeNoValueOnceItExpired() {
        KeyValueEntry stored = state(KeyValueRules.apply(null, expiring(1, "a", 100)));
        assertThat(stored.visibleAt(99)).isTrue();
        assertThat(stored.visibleAt(100)).isFalse();
        assertThat(KeyValueEntry.tombstone(version(1), 0).visibleAt(0)).isFalse();
    }

    @Test
    void tombstoneIsDueAfterTheHorizonButNeverWraps() {
        assertThat(KeyValueEntry.tombstone(version(5), 0).dueAt(10)).isEqualTo(15);
        assertThat(KeyValueEntry.tombstone(version(5), 0).dueAt(Long.MAX_VALUE)).isEqualTo(NEVER);
    }

    @Test
    void statesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new KeyValueEntry(true, version(1), 0, 5, StoredValue.EMPTY))
                .hasMessageContaining("tombstone");
        assertThatThrownBy(() -> new Condition(Condition.Kind.ABSENT, version(1)))
                .hasMessageContaining("VERSION");
    }

    private static KeyValueEntry state(Outcome outcome) {
        return outcome.after().orElseThrow();
    }

    private static String text(KeyValueEntry entry) {
        return new String(entry.value().value(), StandardCharsets.UTF_8);
    }

    private static Version version(long time) {
        return new Version(time, 0, time);
    }

    private static KeyValueCommand put(long time, String value) {
        return put(time, value, Condition.NONE);
    }

    private static KeyValueCommand put(long time, String value, Condition condition) {
        return command(KeyValueCommand.Op.PUT, time, value, NEVER, condition);
    }

    private static KeyValueCommand expiring(long time, String value, long expiresAt) {
        return command(KeyValueCommand.Op.PUT, time, value, expiresAt, Condition.NONE);
    }

    private static KeyValueCommand delete(long time) {
        return command(KeyValueCommand.Op.DELETE, time, "", NEVER, Condition.NONE);
    }

    private static KeyValueCommand read(long time) {
        return command(KeyValueCommand.Op.READ, time, "", NEVER, Condition.NONE);
    }

    private static KeyValueCommand command(
            KeyValueCommand.Op op, long time, String value, long expiresAt, Condition condition) {
        return new KeyValueCommand(
                op,
                "k",
                version(time),
                StoredValue.raw(value.getBytes(StandardCharsets.UTF_8)),
                time,
                expiresAt,
                condition,
                "",
                KeyValueCommand.BY_REQUEST_ID);
    }
}
