package io.nearstream.core.keyvalue;

import java.util.Optional;
import javax.annotation.Nullable;

/**
 * What a command does to the state of its key. Pure: the same state and command give the same
 * outcome, so a replay of the log repeats every answer. Time is the log's: what has expired is
 * decided by the command's append time.
 */
public final class KeyValueRules {
    private KeyValueRules() {}

    /** What became of a command. */
    public enum Status {
        /** The write is in force. */
        APPLIED,
        /** Its condition did not hold; nothing changed. */
        CONDITION_FAILED,
        /** The read has found a value. */
        FOUND,
        /** The read has found none. */
        MISSING,
        /** The state has already seen this write, or a newer one; nothing changed. */
        REPLAYED
    }

    /**
     * The state before and after.
     *
     * @param status what became of the command
     * @param expired the tombstone of a value that expired before the command; empty where none did
     * @param after the key's state now; empty where it was never written or is forgotten
     */
    public record Outcome(
            Status status, Optional<KeyValueEntry> expired, Optional<KeyValueEntry> after) {
        /** Whether the command itself wrote something. */
        public boolean wrote() {
            return status == Status.APPLIED;
        }
    }

    /** Applies a command to what is stored of its key; null for nothing. */
    public static Outcome apply(@Nullable KeyValueEntry stored, KeyValueCommand command) {
        Optional<KeyValueEntry> expired =
                stored != null && stored.expiredBy(command.version().time())
                        ? Optional.of(stored.expired())
                        : Optional.empty();
        Optional<KeyValueEntry> before = expired.or(() -> Optional.ofNullable(stored));
        if (command.op() == KeyValueCommand.Op.READ) {
            Status status = hasValue(before) ? Status.FOUND : Status.MISSING;
            return new Outcome(status, expired, before);
        }
        if (before.isPresent() && !command.version().isNewerThan(before.get().version())) {
            return new Outcome(Status.REPLAYED, expired, before);
        }
        if (!holds(command.condition(), before)) {
            return new Outcome(Status.CONDITION_FAILED, expired, before);
        }
        return new Outcome(Status.APPLIED, expired, Optional.of(written(command)));
    }

    private static boolean hasValue(Optional<KeyValueEntry> entry) {
        return entry.isPresent() && !entry.get().deleted();
    }

    private static boolean holds(Condition condition, Optional<KeyValueEntry> before) {
        return switch (condition.kind()) {
            case NONE -> true;
            case ABSENT -> !hasValue(before);
            case VERSION -> hasValue(before) && before.get().version().equals(condition.version());
        };
    }

    private static KeyValueEntry written(KeyValueCommand command) {
        return command.op() == KeyValueCommand.Op.DELETE
                ? KeyValueEntry.tombstone(command.version(), command.writerTime())
                : new KeyValueEntry(
                        false,
                        command.version(),
                        command.writerTime(),
                        command.expiresAt(),
                        command.value());
    }
}
