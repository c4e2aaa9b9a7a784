package io.nearstream.embedded.testing;

import io.nearstream.embedded.testing.RegisterHistory.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a history of one key is linearizable: whether every call can be given one moment between
 * its beginning and its end so that the answers are those of {@link RegisterModel}. A call without
 * an answer may have its moment at any time after it began, or none.
 *
 * <p>The search is Wing and Gong's (Testing and Verifying Concurrent Objects, 1993) in the form of
 * Lowe's just-in-time linearization (Testing for Linearizability, 2017): events are taken in order,
 * and a call gets its moment no earlier than the end of some call needs it. All that may be so
 * after an event is kept as a set of configurations: the register's state, and which calls that
 * have not ended have had their moment. Calls that only look get theirs as soon as they can, and
 * open calls that can do nothing any more are forgotten; neither loses an explanation.
 */
public final class RegisterChecker {
    /** Far beyond what honest histories need; a search that grows so is reported, not endured. */
    private static final int CONFIGURATIONS_MAX = 1_000_000;

    private static final int SHOWN = 12;

    /** Which calls that have not ended have had their moment, and what the register is then. */
    private record Configuration(RegisterModel.State state, BitSet done) {
        Configuration with(RegisterModel.State next, int call) {
            BitSet more = (BitSet) done.clone();
            more.set(call);
            return new Configuration(next, more);
        }

        Configuration without(int call) {
            BitSet less = (BitSet) done.clone();
            less.clear(call);
            return new Configuration(state, less);
        }
    }

    private record Event(long moment, int call, boolean end) {}

    private final List<Operation> calls;
    private final RegisterModel model;
    private final BitSet pending = new BitSet();
    private Set<Configuration> configurations =
            Set.of(new Configuration(RegisterModel.State.INITIAL, new BitSet()));
    private int looked;

    private RegisterChecker(List<Operation> calls) {
        this.calls = calls;
        this.model = new RegisterModel(calls);
    }

    /**
     * Looks for an explanation of a history.
     *
     * @param history of one key that starts without a value; no two puts have the same value
     * @return what cannot be explained; empty if all can
     * @throws IllegalStateException if the search grows beyond all bounds
     */
    public static Optional<String> violation(List<Operation> history) {
        Optional<String> contradiction = RegisterModel.contradiction(history);
        return contradiction.isPresent()
                ? contradiction
                : new RegisterChecker(RegisterModel.relevant(history)).search();
    }

    private Optional<String> search() {
        for (Event event : events()) {
            if (!event.end()) {
                pending.set(event.call());
                continue;
            }
            Set<Configuration> next = end(event.call());
            if (next.isEmpty()) {
                return Optional.of(explain(event.call()));
            }
            configurations = next;
            pending.clear(event.call());
        }
        return Optional.empty();
    }

    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            events.add(new Event(calls.get(i).began(), i, false));
            if (!calls.get(i).open()) {
                events.add(new Event(calls.get(i).ended(), i, true));
            }
        }
        events.sort(Comparator.comparingLong(Event::moment));
        return events;
    }

    /** Every way in which a call has had its moment by now. */
    private Set<Configuration> end(int ending) {
        Set<Configuration> ended = new HashSet<>();
        Set<Configuration> seen = new HashSet<>();
        Deque<Configuration> open = new ArrayDeque<>();
        configurations.forEach(one -> visit(one, ending, ended, seen, open));
        while (!open.isEmpty()) {
            Configuration from = open.pop();
            boolean deleted = false;
            for (int call = pending.nextSetBit(0); call >= 0; call = pending.nextSetBit(call + 1)) {
                boolean alike = model.isOpenDelete(call);
                if (from.done().get(call) || (alike && deleted)) {
                    continue; // of open deletes without a condition one is as good as any other
                }
                deleted |= alike;
                Optional<RegisterModel.State> after = model.step(from.state(), call);
                if (after.isPresent() && !isIdle(from.state(), call, after.get())) {
                    visit(from.with(after.get(), call), ending, ended, seen, open);
                }
            }
        }
        return ended;
    }

    private void visit(
            Configuration candidate,
            int ending,
            Set<Configuration> ended,
            Set<Configuration> seen,
            Deque<Configuration> open) {
        Configuration reached = settle(candidate);
        if (reached.done().get(ending)) {
            ended.add(reached.without(ending));
        } else if (seen.add(reached)) {
            open.push(reached);
            if (++looked > CONFIGURATIONS_MAX) {
                throw new IllegalStateException(
                        "Looked at more than %d configurations of %d calls: too many are open at a time."
                                .formatted(CONFIGURATIONS_MAX, calls.size()));
            }
        }
    }

    /** A delete of nothing that nobody was told about need not have happened. */
    private boolean isIdle(RegisterModel.State from, int call, RegisterModel.State to) {
        return calls.get(call).open() && from.equals(to);
    }

    /** What only looks does so now; what cannot happen any more is not remembered. */
    private Configuration settle(Configuration candidate) {
        BitSet done = (BitSet) candidate.done().clone();
        for (int call = pending.nextSetBit(0); call >= 0; call = pending.nextSetBit(call + 1)) {
            if (calls.get(call).open()) {
                if (model.isOver(candidate.state(), call)) {
                    done.clear(call);
                }
            } else if (!done.get(call)
                    && model.onlyLooks(call)
                    && model.step(candidate.state(), call)
                            .filter(candidate.state()::equals)
                            .isPresent()) {
                done.set(call);
            }
        }
        return new Configuration(candidate.state(), done);
    }

    private String explain(int ending) {
        Operation culprit = calls.get(ending);
        String around =
                calls.stream()
                        .filter(call -> call.began() < culprit.ended())
                        .sorted(Comparator.comparingLong(Operation::ended).reversed())
                        .limit(SHOWN)
                        .map(Operation::toString)
                        .collect(Collectors.joining("\n  "));
        String states =
                configurations.stream()
                        .map(one -> model.describe(one.state()))
                        .distinct()
                        .limit(SHOWN)
                        .collect(Collectors.joining("; "));
        return "No order explains the answer of %s. Before it the key may have been: %s. The last calls until then, newest first:\n  %s"
                .formatted(culprit, states, around);
    }
}
