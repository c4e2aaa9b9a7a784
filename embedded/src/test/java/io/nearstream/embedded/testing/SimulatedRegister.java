package io.nearstream.embedded.testing;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.RegisterHistory.Answer;
import io.nearstream.embedded.testing.RegisterHistory.Kind;
import io.nearstream.embedded.testing.RegisterHistory.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of one key, simulated: each call has one moment between its beginning and its end, some
 * answers never arrive, and some of those calls have their moment much later. With a bug, the
 * register goes wrong now and then. One seed, one history. Not thread-safe.
 */
final class SimulatedRegister {
    /** What goes wrong now and then. */
    enum Bug {
        NONE,
        /** A read is answered from the value before. */
        STALE_READ,
        /** An acknowledged put is forgotten. */
        LOST_PUT,
        /** A put is applied once more, after others. */
        PUT_TWICE,
        /** A condition is decided by the version before. */
        STALE_CONDITION,
        /** A deleted value comes back. */
        RESURRECTED,
        /** Two versions change places: a put has an older one than what it replaces. */
        VERSION_BACK,
        /** A key with a value is reported as missing. */
        FALSE_MISSING
    }

    private static final int BUG_ONE_IN = 12;
    private static final int LOST_ANSWER_ONE_IN = 12;

    private record Value(String text, Version version) {}

    /** A call under way; without an answer while it waits for its moment. */
    private static final class Pending {
        private final Kind kind;
        private final String value;
        private final Condition condition;
        private final RegisterHistory.Call call;
        private Optional<Answer> answer = Optional.empty();

        private Pending(Kind kind, String value, Condition condition, RegisterHistory.Call call) {
            this.kind = kind;
            this.value = value;
            this.condition = condition;
            this.call = call;
        }
    }

    private final SplittableRandom random;
    private final Bug bug;
    private final RegisterHistory history = new RegisterHistory(new AtomicLong());
    private final List<Pending> late = new ArrayList<>();
    private Optional<Value> current = Optional.empty();
    private Optional<Value> before = Optional.empty();
    private Optional<Value> put = Optional.empty();
    private Version seen = Version.NONE;
    private long written;
    private int values;
    private int bugs;

    SimulatedRegister(SplittableRandom random, Bug bug) {
        this.random = random;
        this.bug = bug;
    }

    /** How often the register went wrong where somebody could see it. */
    int bugs() {
        return bugs;
    }

    /** So many calls of so many clients. */
    List<Operation> run(int calls, int clients) {
        Pending[] busy = new Pending[clients];
        int begun = 0;
        while (begun < calls || stillBusy(busy)) {
            int client = random.nextInt(clients);
            Pending pending = busy[client];
            if (!late.isEmpty() && random.nextInt(40) == 0) {
                perform(late.remove(random.nextInt(late.size())));
            } else if (pending == null) {
                if (begun < calls) {
                    busy[client] = begin(client);
                    begun++;
                }
            } else if (random.nextInt(2 * LOST_ANSWER_ONE_IN) == 0) {
                if (pending.answer.isEmpty()) {
                    late.add(pending);
                }
                busy[client] = null;
            } else if (pending.answer.isEmpty()) {
                pending.answer = Optional.of(perform(pending));
            } else {
                end(pending);
                busy[client] = null;
            }
        }
        return history.operations();
    }

    private static boolean stillBusy(Pending[] busy) {
        for (Pending pending : busy) {
            if (pending != null) {
                return true;
            }
        }
        return false;
    }

    private Pending begin(int client) {
        int kind = random.nextInt(10);
        if (kind < 4) {
            return new Pending(Kind.READ, "", Condition.NONE, history.read(client));
        }
        Condition condition =
                switch (random.nextInt(3)) {
                    case 0 -> Condition.NONE;
                    case 1 -> seen.equals(Version.NONE) ? Condition.NONE : Condition.version(seen);
                    default -> kind < 9 ? Condition.ABSENT : Condition.NONE;
                };
        if (kind < 9) {
            String value = "v" + values++;
            return new Pending(Kind.PUT, value, condition, history.put(client, value, condition));
        }
        return new Pending(Kind.DELETE, "", condition, history.delete(client, condition));
    }

    private void end(Pending pending) {
        pending.call.end(pending.answer.orElseThrow());
        pending.answer.get().version().ifPresent(version -> seen = version);
    }

    /** The moment of a call. */
    private Answer perform(Pending pending) {
        if (goesWrong(Bug.RESURRECTED) && current.isEmpty() && put.isPresent()) {
            current = put;
            bugs++;
        }
        if (goesWrong(Bug.PUT_TWICE) && put.isPresent()) {
            bugs++;
            current = Optional.of(new Value(put.get().text(), nextVersion()));
        }
        if (pending.kind == Kind.READ) {
            return read().map(value -> Answer.found(value.version(), value.text()))
                    .orElseGet(Answer::missing);
        }
        boolean stale =
                goesWrong(Bug.STALE_CONDITION)
                        && holds(pending.condition, before) != holds(pending.condition, current);
        bugs += stale ? 1 : 0;
        if (!holds(pending.condition, stale ? before : current)) {
            return Answer.refused((stale ? before : current).map(Value::version));
        }
        if (pending.kind == Kind.DELETE) {
            replace(Optional.empty());
            return Answer.applied(Optional.empty());
        }
        Value value = new Value(pending.value, version());
        if (goesWrong(Bug.LOST_PUT)) {
            bugs++;
        } else {
            replace(Optional.of(value));
        }
        return Answer.applied(Optional.of(value.version()));
    }

    private Optional<Value> read() {
        if (goesWrong(Bug.STALE_READ) && !before.equals(current)) {
            bugs++;
            return before;
        }
        if (goesWrong(Bug.FALSE_MISSING) && current.isPresent()) {
            bugs++;
            return Optional.empty();
        }
        return current;
    }

    private void replace(Optional<Value> next) {
        before = current;
        current = next;
        put = next.isPresent() ? next : put;
    }

    private Version version() {
        if (goesWrong(Bug.VERSION_BACK) && current.isPresent()) {
            bugs++;
            Version newer = current.get().version();
            return new Version(newer.time(), newer.partition() - 1, newer.offset());
        }
        return nextVersion();
    }

    private Version nextVersion() {
        written++;
        return new Version(1_000 + written / 3, 1, written);
    }

    private boolean goesWrong(Bug what) {
        return bug == what && random.nextInt(BUG_ONE_IN) == 0;
    }

    private static boolean holds(Condition condition, Optional<Value> value) {
        return switch (condition.kind()) {
            case NONE -> true;
            case ABSENT -> value.isEmpty();
            case VERSION -> value.map(Value::version).equals(Optional.of(condition.version()));
        };
    }
}
