package io.nearstream.embedded.testing;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.RegisterHistory.Answer;
import io.nearstream.embedded.testing.RegisterHistory.Kind;
import io.nearstream.embedded.testing.RegisterHistory.Operation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * One key as its clients may rely on it: a register with versions. Every put that is applied has a
 * newer version than any before; a condition is decided by the version that the key has at that
 * moment. The version of a put that nobody was told about is unknown until somebody sees it.
 * Immutable.
 */
final class RegisterModel {
    private static final int NOBODY = -1;

    /**
     * What the key is.
     *
     * @param writer the call that put its value; -1 without one
     * @param version of the value; null while nobody knows it
     * @param floor every later put has a newer version than this
     */
    record State(int writer, @Nullable Version version, Version floor) {
        /** Never written. */
        static final State INITIAL = new State(NOBODY, null, Version.NONE);

        boolean hasValue() {
            return writer != NOBODY;
        }
    }

    private final List<Operation> calls;
    private final Map<String, Version> versions;
    private final Set<Version> owned;

    RegisterModel(List<Operation> calls) {
        this.calls = calls;
        this.versions = versions(calls);
        this.owned = new HashSet<>(versions.values());
    }

    /** By value, the version that somebody has seen it with. */
    private static Map<String, Version> versions(List<Operation> calls) {
        Map<String, Version> versions = new HashMap<>();
        for (Operation call : calls) {
            value(call).ifPresent(value -> versions.putIfAbsent(value, version(call)));
        }
        return versions;
    }

    /** The value of which a call's answer tells the version. */
    private static Optional<String> value(Operation call) {
        return call.answer()
                .filter(answer -> answer.applied() && answer.version().isPresent())
                .flatMap(
                        answer ->
                                call.kind() == Kind.PUT
                                        ? Optional.of(call.value())
                                        : answer.value());
    }

    private static Version version(Operation call) {
        return call.answer().flatMap(Answer::version).orElseThrow();
    }

    /** A value with two versions, or a version with two values: no order explains that. */
    static Optional<String> contradiction(List<Operation> calls) {
        Map<String, Operation> byValue = new HashMap<>();
        Map<Version, Operation> byVersion = new HashMap<>();
        for (Operation call : calls) {
            Optional<String> value = value(call);
            if (value.isEmpty()) {
                continue;
            }
            Operation sameValue = byValue.putIfAbsent(value.get(), call);
            Operation sameVersion = byVersion.putIfAbsent(version(call), call);
            if (sameValue != null && !version(sameValue).equals(version(call))) {
                return Optional.of("One value has two versions: " + sameValue + ", " + call);
            }
            if (sameVersion != null && !value(sameVersion).equals(value)) {
                return Optional.of("One version has two values: " + sameVersion + ", " + call);
            }
        }
        return Optional.empty();
    }

    /**
     * The calls that matter: not a read without an answer, nor a put without one whose value nobody
     * has seen; unless a version was seen of which nobody knows the value: it may be that put's.
     */
    static List<Operation> relevant(List<Operation> history) {
        Map<String, Version> versions = versions(history);
        boolean riddle =
                history.stream()
                        .flatMap(call -> call.answer().flatMap(Answer::version).stream())
                        .anyMatch(version -> !versions.containsValue(version));
        return history.stream()
                .filter(
                        call ->
                                !call.open()
                                        || call.kind() == Kind.DELETE
                                        || (call.kind() == Kind.PUT
                                                && (riddle || versions.containsKey(call.value()))))
                .toList();
    }

    /** Whether a call is a delete without a condition of which nobody was told. */
    boolean isOpenDelete(int index) {
        Operation call = calls.get(index);
        return call.open() && call.kind() == Kind.DELETE && unconditional(call);
    }

    /** Whether a call changes nothing in any state: a read, or a write whose condition failed. */
    boolean onlyLooks(int index) {
        Operation call = calls.get(index);
        return call.kind() == Kind.READ
                || call.answer().filter(answer -> !answer.applied()).isPresent();
    }

    private static boolean unconditional(Operation call) {
        return call.condition().kind() == Condition.Kind.NONE;
    }

    /** Whether an open call can have no effect from here on: what it needs or makes is past. */
    boolean isOver(State state, int index) {
        Operation call = calls.get(index);
        Version made = versions.get(call.value());
        boolean madeBefore = call.kind() == Kind.PUT && made != null && !newer(made, state);
        boolean neededBefore =
                call.condition().kind() == Condition.Kind.VERSION
                        && state.floor().isNewerThan(call.condition().version());
        return madeBefore || neededBefore;
    }

    /**
     * The state after a call, if its answer is the one to be given in this state. No write follows
     * on a put of which nobody ever saw anything: without that put it would do the same.
     */
    Optional<State> step(State state, int index) {
        Operation call = calls.get(index);
        if (call.kind() == Kind.READ) {
            return found(state, call.answer().orElseThrow());
        }
        if (call.answer().isPresent() && !call.answer().get().applied()) {
            return refused(state, call, call.answer().get().version());
        }
        return meets(state, call.condition())
                .filter(met -> !met.hasValue() || met.version() != null)
                .flatMap(met -> write(met, index));
    }

    private Optional<State> found(State state, Answer answer) {
        if (answer.version().isEmpty()) {
            return state.hasValue() ? Optional.empty() : Optional.of(state);
        }
        boolean same =
                state.hasValue()
                        && calls.get(state.writer()).value().equals(answer.value().orElseThrow());
        return same ? known(state, answer.version().get()) : Optional.empty();
    }

    private Optional<State> refused(State state, Operation call, Optional<Version> shown) {
        if (shown.isEmpty()) {
            boolean wanted = call.condition().kind() == Condition.Kind.VERSION;
            return wanted && !state.hasValue() ? Optional.of(state) : Optional.empty();
        }
        boolean rightly =
                switch (call.condition().kind()) {
                    case NONE -> false;
                    case ABSENT -> true;
                    case VERSION -> !shown.get().equals(call.condition().version());
                };
        return rightly ? known(state, shown.get()) : Optional.empty();
    }

    /** The state, if a condition holds in it. */
    private Optional<State> meets(State state, Condition condition) {
        return switch (condition.kind()) {
            case NONE -> Optional.of(state);
            case ABSENT -> state.hasValue() ? Optional.empty() : Optional.of(state);
            case VERSION -> known(state, condition.version());
        };
    }

    /** The state, if its value has this version or may have it. */
    private Optional<State> known(State state, Version version) {
        if (!state.hasValue()) {
            return Optional.empty();
        }
        if (state.version() != null) {
            return state.version().equals(version) ? Optional.of(state) : Optional.empty();
        }
        return newer(version, state) && !owned.contains(version)
                ? Optional.of(new State(state.writer(), version, version))
                : Optional.empty();
    }

    private Optional<State> write(State state, int index) {
        Operation call = calls.get(index);
        if (call.kind() == Kind.DELETE) {
            boolean said = call.answer().flatMap(Answer::version).isPresent();
            return said ? Optional.empty() : Optional.of(new State(NOBODY, null, state.floor()));
        }
        Version version = versions.get(call.value());
        if (version == null) {
            return call.open()
                    ? Optional.of(new State(index, null, state.floor()))
                    : Optional.empty();
        }
        return newer(version, state)
                ? Optional.of(new State(index, version, version))
                : Optional.empty();
    }

    private static boolean newer(Version version, State state) {
        return version.isNewerThan(state.floor());
    }

    /** A state for messages. */
    String describe(State state) {
        return state.hasValue()
                ? "'%s' of version %s"
                        .formatted(
                                calls.get(state.writer()).value(),
                                Objects.requireNonNullElse(state.version(), "unknown"))
                : "without a value";
    }
}
