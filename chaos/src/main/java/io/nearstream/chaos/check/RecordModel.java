package io.nearstream.chaos.check;

import io.nearstream.chaos.check.RecordHistory.Version;
import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What every record has been, by the log. Who wrote what is found by position for writes that were
 * acknowledged, by content for puts that were not, and by elimination for deletes that were not.
 */
final class RecordModel {
    private static final byte[] NOTHING = {};

    private final Content content;
    private final Map<String, RecordHistory> records = new TreeMap<>();
    private final Map<Integer, Long> newest = new HashMap<>();

    private RecordModel(Content content) {
        this.content = content;
    }

    /** Builds the model; what the log and the journal contradict each other in is found here. */
    static RecordModel of(WrittenLog log, History history, Findings findings) {
        RecordModel model = new RecordModel(new Content(history.subject().seed()));
        VectorAuthors authors = new VectorAuthors(findings);
        history.forEach(authors::add);
        authors.ready();
        for (VectorEntry entry : log.vectors()) {
            model.apply(entry, authors.began(entry), authors.knows(entry), findings);
        }
        authors.requireNoneLeft();
        return model;
    }

    private void apply(VectorEntry entry, long began, boolean known, Findings findings) {
        byte[] vector = entry.delete() || !known ? NOTHING : content.vector(entry.token());
        if (!entry.delete() && known && Content.hash(vector) != entry.hash()) {
            findings.add(
                    Violation.CORRUPT,
                    "the log has other bytes of put %d of '%s' at %s than were sent",
                    entry.token(),
                    entry.id(),
                    entry.at());
        }
        long time = newest.merge(entry.at().partition(), entry.time(), Math::max);
        records.computeIfAbsent(entry.id(), id -> new RecordHistory())
                .add(new Version(entry.at(), time, entry.delete(), entry.token(), vector, began));
    }

    /** By id; only those that were ever written. */
    Map<String, RecordHistory> records() {
        return records;
    }

    Content content() {
        return content;
    }

    /** The ids of all records that exist by the log. */
    Collection<String> live() {
        Set<String> live = new TreeSet<>();
        records.forEach(
                (id, record) -> {
                    if (!record.isAbsent(record.last())) {
                        live.add(id);
                    }
                });
        return live;
    }
}
