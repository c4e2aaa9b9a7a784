package io.nearstream.core.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Reason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A part of the standing queries of a collection, and all its records: applies changes and
 * registrations in the order of the log as the watermark passes them, and tells every difference.
 *
 * <p>What is told depends on the log alone, not on the order in which its parts come in. Changes
 * behind the watermark are replays, and no news; others wait, outside, until it has passed them. A
 * registration whose time has passed counts as of the watermark. Where more registrations wait than
 * queries may stand, only the newest of each name counts, and none where its lease was over by
 * then.
 *
 * <p>All of it lies on the heap; {@link #flush} writes what changed since the last call. Belongs to
 * one thread.
 */
public final class StandingShard {
    /** The order of the log. */
    public static final Comparator<IndexChange> LOG =
            Comparator.comparing(IndexChange::version).thenComparing(change -> change.key().id());

    private final StandingRules rules;
    private final Telling telling;
    private final RecordTable records;
    private final Answers answers;
    private final QueryBook book;
    private final TreeSet<Event> events = new TreeSet<>();
    private final PendingRegistrations pending;
    private final Set<String> unwrittenRecords = new HashSet<>();
    private long frontier;
    private long newest = Long.MIN_VALUE;
    private long replays;

    /**
     * @param frontier the watermark of the checkpoint; {@link Long#MIN_VALUE} without one
     * @param out what is told, in order
     */
    public StandingShard(StandingRules rules, long frontier, Consumer<Difference> out) {
        this.rules = rules;
        this.frontier = frontier;
        this.records = new RecordTable(rules.space(), rules.cells());
        this.answers = new Answers(records);
        this.telling = new Telling(records, rules.differencesPerSecond(), out);
        this.pending = new PendingRegistrations(rules.queriesMax(), events);
        this.book = new QueryBook(rules, answers, telling, events);
    }

    /** Whether a change waits for the watermark; else it is a replay, and no news. */
    public boolean awaits(IndexChange change) {
        if (change.version().time() <= frontier) {
            replays++;
            return false;
        }
        return true;
    }

    /** A registration has come. One that is refused already is answered at once. */
    public void register(Registration registration) {
        if (registration.refusal().isPresent() || Event.of(registration).time() <= frontier) {
            count(registration, now());
        } else if (!pending.add(registration, book.stands(registration.name().key()))) {
            telling.refused(
                    registration,
                    now(),
                    new Registration.Refusal(
                            Reason.TOO_MANY_PENDING.name(),
                            "%d registrations wait until the job has caught up. Register again later."
                                    .formatted(pending.size())));
        }
    }

    private void count(Registration registration, long time) {
        book.apply(registration, time);
        settle(registration.name().key());
    }

    private void settle(String key) {
        pending.settle(key, book.stands(key));
    }

    /** The first time that is open. */
    private long now() {
        return frontier == Long.MIN_VALUE ? frontier : frontier + 1;
    }

    /**
     * The next change of the log, in {@link #LOG}, and all that happens before it: the watermark
     * has passed its time, or is about to. Its vector fits, unless it is a delete.
     */
    public void next(IndexChange change) {
        while (!events.isEmpty() && events.first().time() <= change.version().time()) {
            happen(events.pollFirst());
        }
        newest = Math.max(newest, change.version().time());
        apply(change);
    }

    /** All changes up to a time were {@link #next}, or are replays. */
    public void advance(long watermark) {
        if (watermark <= frontier) {
            return;
        }
        while (!events.isEmpty() && events.first().time() <= watermark) {
            happen(events.pollFirst());
        }
        frontier = watermark;
    }

    /** No changes come any more. That is not a time: nothing ends by it. */
    public void finish() {
        advance(newest);
    }

    private void apply(IndexChange change) {
        int old = records.find(change.key().id());
        RecordTable.Entry before = old < 0 ? null : records.entry(old);
        if (before != null && !change.version().isNewerThan(before.version())) {
            replays++;
            return;
        }
        if (before != null) {
            forgetExpiry(before);
        }
        boolean begins = !change.delete() && change.expiresAt() > change.version().time();
        book.causedBy(change.version());
        unwrittenRecords.add(change.key().id());
        answers.apply(old, change, begins, book);
        if (records.size() > rules.recordsMax()) {
            throw new IllegalStateException(
                    "The collection has more than %d records, and they would lie on the heap of every shard. Raise 'nearstream.standing.records-max' if there is room for more."
                            .formatted(rules.recordsMax()));
        }
        if (begins) {
            expectExpiry(change.key().id(), change.expiresAt());
        }
    }

    private void expectExpiry(String id, long expiresAt) {
        if (expiresAt != IndexChange.NEVER) {
            events.add(Event.of(expiresAt, Event.Kind.RECORD_EXPIRES, id));
        }
    }

    private void forgetExpiry(RecordTable.Entry entry) {
        if (entry.expiresAt() != IndexChange.NEVER) {
            events.remove(Event.of(entry.expiresAt(), Event.Kind.RECORD_EXPIRES, entry.id()));
        }
    }

    private void happen(Event event) {
        switch (event.kind()) {
            case RECORD_EXPIRES -> {
                book.causedBy(Telling.at(event.time()));
                unwrittenRecords.add(event.key());
                answers.end(records.find(event.key()), book);
            }
            case REGISTRATION -> count(pending.take(event), event.time());
            case LEASE_ENDS -> {
                book.leaseEnds(event.key(), event.time());
                settle(event.key());
            }
            case LIMIT_ENDS -> book.limitEnds(event.key(), event.time());
            default -> throw new IllegalStateException("Unknown: " + event);
        }
    }

    /** Writes what changed since the last call; of changes that wait nothing is known here. */
    public void flush(ShardStore store) throws Exception {
        for (String id : unwrittenRecords) {
            int slot = records.find(id);
            if (slot < 0) {
                store.remove(ShardStore.Part.RECORDS, id);
            } else {
                store.put(ShardStore.Part.RECORDS, id, ShardRows.record(records, slot));
            }
        }
        unwrittenRecords.clear();
        book.flush(store);
        pending.flush(store);
    }

    /**
     * Puts back a row that was written: all of a part, the parts in their order; then {@link
     * #restored()}.
     */
    public void restore(ShardStore.Part part, String key, byte[] row) {
        switch (part) {
            case RECORDS -> {
                int slot = ShardRows.readRecord(key, row, records);
                expectExpiry(key, records.entry(slot).expiresAt());
            }
            case PAGES -> book.restorePage(row);
            case QUERIES -> book.restoreQuery(key, row);
            case ANSWERS -> book.restoreAnswer(key, row);
            default -> throw new IllegalStateException("Unknown: " + part);
        }
    }

    /** All rows are back, and the shard goes on. */
    public void restored() {
        records.restored();
        book.restored();
    }

    /** Puts back a registration that waited, whatever may wait now. */
    public void restore(Registration waiting) {
        pending.restore(waiting, book.stands(waiting.name().key()));
    }

    /** Registrations that wait for the watermark. */
    public int pending() {
        return pending.size();
    }

    /** All changes up to this time are applied. */
    public long frontier() {
        return frontier;
    }

    /** Records that live. */
    public int records() {
        return records.size();
    }

    /** Queries that stand. */
    public int queries() {
        return book.size();
    }

    /** Distances that were computed so far. */
    public long scanned() {
        return answers.scanned();
    }

    /** Bytes of heap of what a first look compares, of all queries. */
    public long lookBytes() {
        return answers.lookBytes();
    }

    /** Changes that were no news so far. */
    public long replays() {
        return replays;
    }

    /** How often a query was limited so far. */
    public long limited() {
        return book.limited();
    }
}
