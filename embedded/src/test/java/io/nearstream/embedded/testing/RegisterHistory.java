package io.nearstream.embedded.testing;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.model.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients asked of one key and what they were told, with the order in which calls began and
 * ended; for {@link RegisterChecker}. The key starts without a value, and no two puts have the same
 * value. Thread-safe.
 */
public final class RegisterHistory {
    /** The end of a call that nobody was told about: it may have happened, or may yet happen. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What is asked. */
    public enum Kind {
        PUT,
        DELETE,
        READ
    }

    /**
     * What a client was told.
     *
     * @param applied whether a write is in force, else its condition did not hold; of a read, true
     * @param version of the key's value, as the call left or found it; empty where it has none
     * @param value that a read found; empty where there is none, and of a write
     */
    public record Answer(boolean applied, Optional<Version> version, Optional<String> value) {
        /** A write is in force; with the version of the value it put, a delete without one. */
        public static Answer applied(Optional<Version> version) {
            return new Answer(true, version, Optional.empty());
        }

        /** The condition of a write did not hold for the version that the key has. */
        public static Answer refused(Optional<Version> version) {
            return new Answer(false, version, Optional.empty());
        }

        /** A read has found a value. */
        public static Answer found(Version version, String value) {
            return new Answer(true, Optional.of(version), Optional.of(value));
        }

        /** A read has found none. */
        public static Answer missing() {
            return new Answer(true, Optional.empty(), Optional.empty());
        }
    }

    /**
     * One call.
     *
     * @param client who called
     * @param kind what was asked
     * @param value of a put, no other put has it; else empty
     * @param condition of a write
     * @param began a moment on the clock of the history
     * @param ended later than it began; {@link #NEVER} without an answer
     * @param answer what the client was told, if anything
     */
    public record Operation(
            int client,
            Kind kind,
            String value,
            Condition condition,
            long began,
            long ended,
            Optional<Answer> answer) {
        public Operation {
            if (ended <= began || answer.isEmpty() != (ended == NEVER)) {
                throw new IllegalArgumentException(
                        "An answered call must end after it began, any other never, but began at %d and ended at %d."
                                .formatted(began, ended));
            }
        }

        /** Whether nobody was told what became of it. */
        public boolean open() {
            return answer.isEmpty();
        }

        /** The same call with another answer: a lie. */
        public Operation answering(Answer other) {
            return new Operation(client, kind, value, condition, began, ended, Optional.of(other));
        }
    }

    /** A call that has begun. */
    public final class Call {
        private final int client;
        private final Kind kind;
        private final String value;
        private final Condition condition;
        private final long began;
        private long ended = NEVER;
        private Optional<Answer> answer = Optional.empty();

        private Call(int client, Kind kind, String value, Condition condition) {
            this.client = client;
            this.kind = kind;
            this.value = value;
            this.condition = condition;
            this.began = clock.incrementAndGet();
        }

        /** When it began, on the clock of the history. */
        public long began() {
            return began;
        }

        /** The client is told; without it the call stays open for ever. */
        public void end(Answer told) {
            synchronized (RegisterHistory.this) {
                ended = clock.incrementAndGet();
                answer = Optional.of(told);
            }
        }

        private Operation operation() {
            return new Operation(client, kind, value, condition, began, ended, answer);
        }
    }

    private final AtomicLong clock;
    private final List<Call> calls = new ArrayList<>();

    /**
     * An empty history.
     *
     * @param clock counts events; several histories may share it
     */
    public RegisterHistory(AtomicLong clock) {
        this.clock = clock;
    }

    /** A client is about to put a value. */
    public Call put(int client, String value, Condition condition) {
        return begin(client, Kind.PUT, value, condition);
    }

    /** A client is about to delete. */
    public Call delete(int client, Condition condition) {
        return begin(client, Kind.DELETE, "", condition);
    }

    /** A client is about to read. */
    public Call read(int client) {
        return begin(client, Kind.READ, "", Condition.NONE);
    }

    private synchronized Call begin(int client, Kind kind, String value, Condition condition) {
        Call call = new Call(client, kind, value, condition);
        calls.add(call);
        return call;
    }

    /** All calls as of now, by when they began. */
    public synchronized List<Operation> operations() {
        return calls.stream()
                .map(Call::operation)
                .sorted(Comparator.comparingLong(Operation::began))
                .toList();
    }
}
