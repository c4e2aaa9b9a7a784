package io.nearstream.chaos.check;

import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Operation;
import io.nearstream.chaos.history.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What every key has been, by the log: its writes applied in its order, each by its condition. What
 * writers were told is compared with that here.
 */
final class KeyModel {
    private final Map<String, KeyHistory> keys = new TreeMap<>();
    private final Map<Long, Operation> writes = new HashMap<>();
    private final Findings findings;

    private KeyModel(Findings findings) {
        this.findings = findings;
    }

    /** Builds the model; what log, journal and answers contradict each other in is found here. */
    static KeyModel of(WrittenLog log, History history, Findings findings) {
        KeyModel model = new KeyModel(findings);
        Content content = new Content(history.subject().seed());
        history.forEach(
                operation -> {
                    if (operation.ask() instanceof Ask.WriteKey) {
                        model.writes.put(operation.number(), operation);
                    }
                });
        Map<Long, Operation> unseen = new TreeMap<>(model.writes);
        for (KeyEntry entry : log.keys()) {
            if (!entry.delete() && entry.hash() != Content.hash(content.value(entry.token()))) {
                findings.add(
                        Violation.CORRUPT, "the log has other bytes than were sent: %s", entry);
            }
            model.apply(entry, unseen.remove(entry.token()));
        }
        unseen.values().forEach(model::requireNoTrace);
        model.keys.forEach(model::checkOrder);
        return model;
    }

    private void apply(KeyEntry entry, Operation author) {
        KeyHistory key = keys.computeIfAbsent(entry.key(), first -> new KeyHistory());
        if (author == null || !isBy(entry, author)) {
            Violation violation =
                    writes.containsKey(entry.token()) ? Violation.DUPLICATES : Violation.PHANTOMS;
            findings.add(
                    violation, "the log has a write that was not sent, or not again: %s", entry);
            key.apply(entry, Openings.NONE, Operation.NEVER);
            return;
        }
        int before = key.last();
        boolean holds = key.apply(entry, author.began(), author.done());
        if (author.answer() instanceof Answer.Written written) {
            checkOutcome(entry, author, written, key, before, holds);
        } else if (author.answer() instanceof Answer.Acked acked
                && !acked.at().equals(entry.at())) {
            findings.add(
                    Violation.LOST,
                    "write %d was acknowledged at %s, but the log has it at %s",
                    author.number(),
                    acked.at(),
                    entry.at());
        } else if (author.answer() instanceof Answer.NotDone) {
            findings.add(
                    Violation.PHANTOMS, "write %d was given up, but is in the log", entry.token());
        }
    }

    private static boolean isBy(KeyEntry entry, Operation author) {
        Ask.WriteKey write = (Ask.WriteKey) author.ask();
        return write.key().equals(entry.key()) && write.delete() == entry.delete();
    }

    private void checkOutcome(
            KeyEntry entry,
            Operation author,
            Answer.Written told,
            KeyHistory key,
            int before,
            boolean holds) {
        Position at = key.isAbsent(key.last()) ? null : key.at(key.last());
        if (told.applied() != holds || !Objects.equals(told.at(), at)) {
            findings.add(
                    Violation.WRONG_ANSWERS,
                    "write %d of '%s' at %s met %s and %s; its client was told %s",
                    author.number(),
                    entry.key(),
                    entry.at(),
                    key.isAbsent(before) ? "no value" : "the value of " + key.at(before),
                    holds ? "was applied" : "was not",
                    told);
        }
    }

    private void requireNoTrace(Operation write) {
        if (write.answer() instanceof Answer.Written || write.answer() instanceof Answer.Acked) {
            findings.add(
                    Violation.LOST,
                    "write %d of '%s' was answered %s, but the log has nothing of it",
                    write.number(),
                    ((Ask.WriteKey) write.ask()).key(),
                    write.answer());
        }
    }

    /** No write may stand before one that was done before it began. */
    private void checkOrder(String key, KeyHistory history) {
        List<KeyHistory.Applied> inLog = history.writes();
        long ended = Operation.NEVER;
        for (int i = inLog.size() - 1; i >= 0; i--) {
            if (inLog.get(i).began() > ended) {
                findings.add(
                        Violation.WRONG_ANSWERS,
                        "the write of '%s' at %s began only after a later one was done",
                        key,
                        inLog.get(i).entry().at());
            }
            ended = Math.min(ended, inLog.get(i).ended());
        }
    }

    /** By key; only those that were ever written. */
    Map<String, KeyHistory> keys() {
        return keys;
    }

    /** Whether there is such a write of a key, whatever became of it. */
    boolean isWrite(long number, String key) {
        Operation write = writes.get(number);
        return write != null && ((Ask.WriteKey) write.ask()).key().equals(key);
    }
}
