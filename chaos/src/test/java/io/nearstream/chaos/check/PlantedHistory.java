package io.nearstream.chaos.check;

import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Answer.Hit;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Operation;
import io.nearstream.chaos.history.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes one answer of a history. */
final class PlantedHistory {
    private PlantedHistory() {}

    /** Changes the first answer that fits; whether there is one and it changed. */
    static boolean change(
            SimulatedRun run, Predicate<Operation> which, UnaryOperator<Answer> change) {
        for (int i = 0; i < run.operations.size(); i++) {
            Operation op = run.operations.get(i);
            if (op.ended() == Operation.NEVER || !which.test(op)) {
                continue;
            }
            Answer changed = change.apply(op.answer());
            if (!changed.equals(op.answer())) {
                run.operations.set(
                        i, new Operation(op.number(), op.began(), op.ended(), op.ask(), changed));
                return true;
            }
        }
        return false;
    }

    /** Changes the first list of hits that is not empty. */
    static boolean changeHits(
            SimulatedRun run, Predicate<Operation> which, UnaryOperator<List<Hit>> change) {
        return change(
                run,
                op -> op.answer() instanceof Answer.Found && which.test(op),
                answer -> {
                    Answer.Found found = (Answer.Found) answer;
                    List<Answer.Hits> answers = new ArrayList<>(found.answers());
                    for (int i = 0; i < answers.size(); i++) {
                        List<Hit> hits = answers.get(i).hits();
                        List<Hit> changed = hits.isEmpty() ? hits : change.apply(hits);
                        if (!changed.equals(hits)) {
                            answers.set(i, new Answer.Hits(changed, false));
                            break;
                        }
                    }
                    return new Answer.Found(found.complete(), found.asOf(), answers);
                });
    }

    /** An answer with everything lacks a record that is there in every state it may be shown in. */
    static boolean without(SimulatedRun run) {
        return change(
                run,
                op -> op.ask() instanceof Ask.Search search && search.k() == 0 && !search.last(),
                answer -> without(run, (Answer.Found) answer));
    }

    private static Answer without(SimulatedRun run, Answer.Found found) {
        List<Hit> hits = new ArrayList<>(found.answers().get(0).hits());
        for (Hit hit : hits) {
            if (isAlwaysThere(run, hit.id(), found.asOf())) {
                hits.remove(hit);
                Answer.Hits fewer = new Answer.Hits(hits, false);
                return new Answer.Found(found.complete(), found.asOf(), List.of(fewer));
            }
        }
        return found;
    }

    private static boolean isAlwaysThere(SimulatedRun run, String id, long asOf) {
        boolean there = false;
        for (VectorEntry entry : run.system.writesOf(id)) {
            if (entry.time() <= asOf) {
                there = !entry.delete();
            } else {
                there &= !entry.delete();
            }
        }
        return there;
    }

    /** The last fetch shows of a record what it was before its last write, a put or a delete. */
    static boolean older(SimulatedRun run, boolean deleted) {
        return change(
                run,
                op -> op.ask() instanceof Ask.Fetch fetch && fetch.last(),
                answer -> {
                    Answer.Found found = (Answer.Found) answer;
                    List<Answer.Hits> answers = new ArrayList<>(found.answers());
                    for (int i = 0; i < answers.size(); i++) {
                        String id = "v" + i;
                        List<VectorEntry> all =
                                run.system.vectors.stream().filter(e -> e.id().equals(id)).toList();
                        int last = all.size() - 1;
                        if (last >= 1
                                && all.get(last).delete() == deleted
                                && !all.get(last - 1).delete()) {
                            answers.set(
                                    i,
                                    new Answer.Hits(List.of(hit(run, all.get(last - 1))), false));
                            break;
                        }
                    }
                    return new Answer.Found(found.complete(), found.asOf(), answers);
                });
    }

    /** The value that a put has replaced by another; the same one if it replaced none. */
    static Answer before(SimulatedRun run, Answer.Value value) {
        for (List<KeyEntry> states : run.system.applied.values()) {
            for (int i = 1; i < states.size(); i++) {
                if (states.get(i).token() == value.token() && !states.get(i - 1).delete()) {
                    return value(states.get(i - 1));
                }
            }
        }
        return value;
    }

    /** A read that was over shows the last value that the key ever had, before that was called. */
    static boolean fromTheFuture(SimulatedRun run, String key) {
        Optional<KeyEntry> newest =
                run.system.applied.getOrDefault(key, List.of()).stream()
                        .filter(entry -> !entry.delete())
                        .reduce((earlier, later) -> later);
        return newest.isPresent()
                && change(
                        run,
                        op ->
                                op.ask() instanceof Ask.ReadKey read
                                        && read.key().equals(key)
                                        && op.ended() < begun(run, newest.get().token()),
                        answer -> value(newest.get()));
    }

    private static long begun(SimulatedRun run, long token) {
        return run.operations.stream()
                .filter(op -> op.number() == token)
                .mapToLong(Operation::began)
                .findFirst()
                .orElseThrow();
    }

    /** No write was on its way that another state of what is changed could come from. */
    static boolean quiet(SimulatedRun run, Operation op) {
        return run.operations.stream()
                .filter(other -> concerns(other.ask(), op))
                .allMatch(other -> other.done() < op.began() || other.began() > op.ended());
    }

    private static boolean concerns(Ask write, Operation op) {
        if (op.ask() instanceof Ask.ReadKey key) {
            return write instanceof Ask.WriteKey other && other.key().equals(key.key());
        }
        String id = nearest(op);
        return (write instanceof Ask.PutVector put && put.id().equals(id))
                || (write instanceof Ask.DeleteVector delete && delete.id().equals(id))
                || (write instanceof Ask.RepeatVector repeat && repeat.id().equals(id));
    }

    private static String nearest(Operation op) {
        return ((Answer.Found) op.answer())
                .answers().stream()
                        .flatMap(hits -> hits.hits().stream())
                        .map(Hit::id)
                        .findFirst()
                        .orElse("");
    }

    /** The same write at the end of the log, where its condition does not hold. */
    static KeyEntry again(SimulatedRun run, KeyEntry entry) {
        return new KeyEntry(
                new Position(entry.at().partition(), 1_000_000),
                entry.key(),
                entry.delete(),
                entry.token(),
                entry.hash(),
                WrittenLog.When.VERSION,
                new Position(entry.at().partition(), 999_999));
    }

    private static Answer.Value value(KeyEntry entry) {
        return new Answer.Value(entry.at(), entry.token(), entry.hash());
    }

    private static Hit hit(SimulatedRun run, VectorEntry entry) {
        long payload = Content.hash(run.content.payload(entry.token()));
        return new Hit(entry.id(), 0, entry.at(), entry.hash(), payload);
    }
}
