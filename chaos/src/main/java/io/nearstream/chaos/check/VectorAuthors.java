package io.nearstream.chaos.check;

import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Operation;
import io.nearstream.chaos.history.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds the operation behind each entry of the log: by position if it was acknowledged, by content
 * if it is a put that was not, by elimination if it is a delete that was not.
 */
final class VectorAuthors {
    private final Findings findings;
    private final Map<Position, Operation> acknowledged = new LinkedHashMap<>();
    private final Openings<Long> openPuts = new Openings<>();
    private final Openings<String> openDeletes = new Openings<>();
    private final Map<Long, String> puts = new HashMap<>();
    private final Set<String> deletes = new HashSet<>();

    VectorAuthors(Findings findings) {
        this.findings = findings;
    }

    void add(Operation operation) {
        Ask ask = operation.ask();
        if (ask instanceof Ask.PutVector put) {
            puts.put(operation.number(), put.id());
        }
        if (ask instanceof Ask.DeleteVector delete) {
            deletes.add(delete.id());
        }
        if (!(ask instanceof Ask.PutVector
                || ask instanceof Ask.RepeatVector
                || ask instanceof Ask.DeleteVector)) {
            return;
        }
        if (operation.answer() instanceof Answer.Acked acked) {
            Operation other = acknowledged.putIfAbsent(acked.at(), operation);
            if (other != null) {
                findings.add(
                        Violation.LOST,
                        "writes %d and %d were acknowledged at one place %s",
                        other.number(),
                        operation.number(),
                        acked.at());
            }
        } else if (operation.answer() instanceof Answer.Unknown) {
            if (ask instanceof Ask.DeleteVector delete) {
                openDeletes.add(delete.id(), operation.began());
            } else {
                openPuts.add(token(operation), operation.began());
            }
        }
    }

    private static long token(Operation operation) {
        return operation.ask() instanceof Ask.RepeatVector repeat
                ? repeat.of()
                : operation.number();
    }

    void ready() {
        openPuts.sort();
        openDeletes.sort();
    }

    long began(VectorEntry entry) {
        Operation author = acknowledged.remove(entry.at());
        if (author != null && fits(author, entry)) {
            return author.began();
        }
        if (author != null) {
            findings.add(
                    Violation.LOST,
                    "write %d was acknowledged at %s, where the log has another: %s",
                    author.number(),
                    entry.at(),
                    entry);
        }
        long began =
                entry.delete()
                        ? openDeletes.takeFirst(entry.id())
                        : openPuts.takeFirst(entry.token());
        if (began == Openings.NONE) {
            boolean known = knows(entry);
            findings.add(
                    known ? Violation.DUPLICATES : Violation.PHANTOMS,
                    known
                            ? "the log has a write more often than it was sent: %s"
                            : "the log has a write that nobody sent: %s",
                    entry);
        }
        return began;
    }

    /** Whether there is such a write, whoever has sent this one. */
    boolean knows(VectorEntry entry) {
        return entry.delete()
                ? deletes.contains(entry.id())
                : entry.id().equals(puts.get(entry.token()));
    }

    private static boolean fits(Operation author, VectorEntry entry) {
        if (author.ask() instanceof Ask.DeleteVector delete) {
            return entry.delete() && delete.id().equals(entry.id());
        }
        String id =
                author.ask() instanceof Ask.RepeatVector repeat
                        ? repeat.id()
                        : ((Ask.PutVector) author.ask()).id();
        return !entry.delete() && id.equals(entry.id()) && token(author) == entry.token();
    }

    void requireNoneLeft() {
        acknowledged.forEach(
                (at, author) ->
                        findings.add(
                                Violation.LOST,
                                "write %d was acknowledged at %s, but the log has nothing of it there",
                                author.number(),
                                at));
    }
}
