package io.nearstream.chaos.check;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether what clients were told is explained by what they wrote. Takes the journal and, for what a
 * journal cannot know, the topics of writes: in which order the log has them, and which writes of
 * unknown outcome it has. Single-threaded; the journal is read a few times, writes and reads of
 * keys are kept in memory.
 *
 * <p><em>Decided:</em>
 *
 * <ul>
 *   <li>Log: each acknowledged write is where it was acknowledged, with its bytes; nothing is in
 *       there that was not sent, nor more often than it was sent.
 *   <li>Searches and fetches: each hit is a version that was allowed (see {@link SearchCheck}),
 *       with its bytes and its distance; no record comes twice; an exhaustive complete answer is
 *       that of brute force for some choice of an allowed state of each record.
 *   <li>Keys: outcomes of writes are those of the log's order; that order is one of real time;
 *       strong reads are linearizable with the writes and each other in that order; live reads show
 *       a state that the key had, no longer over than the stated lag, and never an older one than
 *       an answer before while no job has gone back.
 * </ul>
 *
 * <p><em>Not decided:</em> whether all records of one answer are of one moment (no answer promises
 * it); which of equally far records comes last; recall of probes that are not exhaustive; whether a
 * key's history would be linearizable in another order than the log's, which is the one that is
 * promised; expiry, which this load does not use.
 */
public final class Checker {
    private final Duration liveLag;

    /**
     * A checker.
     *
     * @param liveLag how long a job that has gone back to a checkpoint may need until live reads
     *     show again what it had done before
     */
    public Checker(Duration liveLag) {
        this.liveLag = liveLag;
    }

    /** Judges a whole run. */
    public Findings check(History history, WrittenLog log) {
        Findings findings = new Findings();
        SearchCheck searches = new SearchCheck(RecordModel.of(log, history, findings), findings);
        history.forEach(searches::check);
        checkKeys(history, KeyModel.of(log, history, findings), findings);
        return findings;
    }

    private void checkKeys(History history, KeyModel model, Findings findings) {
        Map<String, List<Operation>> reads = new HashMap<>();
        Map<String, List<Operation>> answered = new HashMap<>();
        history.forEach(
                operation -> {
                    if (operation.ask() instanceof Ask.ReadKey read) {
                        reads.computeIfAbsent(read.key(), key -> new ArrayList<>()).add(operation);
                    } else if (operation.ask() instanceof Ask.WriteKey write
                            && operation.answer() instanceof Answer.Written) {
                        answered.computeIfAbsent(write.key(), key -> new ArrayList<>())
                                .add(operation);
                    }
                });
        Content content = new Content(history.subject().seed());
        StableTimes stable = StableTimes.of(history);
        reads.forEach(
                (name, ofKey) -> {
                    KeyHistory key = model.keys().getOrDefault(name, new KeyHistory());
                    KeyReadCheck check =
                            new KeyReadCheck(
                                    name, key, model, content, stable, liveLag.toNanos(), findings);
                    Map<Long, Long> offsets = new HashMap<>();
                    key.writes()
                            .forEach(
                                    write ->
                                            offsets.putIfAbsent(
                                                    write.entry().token(),
                                                    write.entry().at().offset()));
                    for (Operation write : answered.getOrDefault(name, List.of())) {
                        if (offsets.containsKey(write.number())) {
                            check.answered(write, offsets.get(write.number()));
                        }
                    }
                    ofKey.sort(Comparator.comparingLong(Operation::began));
                    ofKey.forEach(check::check);
                });
    }
}
