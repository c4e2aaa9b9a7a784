package io.nearstream.core.standing;

import io.nearstream.core.model.Reason;
import io.nearstream.core.model.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The queries of a shard by name: how they begin, are renewed, limited and end, and that all of it
 * is told. Belongs to one thread.
 */
final class QueryBook implements Answers.Out {
    private final StandingRules rules;
    private final Answers answers;
    private final Telling telling;
    private final TreeSet<Event> events;
    private final Map<String, Integer> queries = new HashMap<>();
    private final Set<String> unwrittenQueries = new HashSet<>();
    private final AnswerPages pages;

    /** Rows of an earlier format, which are in pages now. */
    private final Set<String> oldAnswers = new HashSet<>();

    private Version cause = Version.NONE;
    private long limited;

    /**
     * @param events of the shard; those of leases and limits are put in and taken out here
     */
    QueryBook(StandingRules rules, Answers answers, Telling telling, TreeSet<Event> events) {
        this.rules = rules;
        this.answers = answers;
        this.telling = telling;
        this.events = events;
        this.pages = new AnswerPages(answers);
    }

    /** What happens next is caused by this. */
    void causedBy(Version version) {
        cause = version;
    }

    void leaseEnds(String key, long time) {
        end(key, time, Difference.EXPIRED);
    }

    void limitEnds(String key, long time) {
        int slot = queries.get(key);
        telling.limitEnded(answers.query(slot), time);
        pages.touch(slot);
    }

    /**
     * Takes a registration.
     *
     * @param time all that was written before it is in the answers
     */
    void apply(Registration registration, long time) {
        String key = registration.name().key();
        Integer slot = queries.get(key);
        if (slot != null && isOlder(registration, answers.query(slot))) {
            return;
        }
        if (registration.refusal().isPresent()) {
            telling.refused(registration, time, registration.refusal().get());
        } else if (registration.query().isEmpty()) {
            if (slot != null) {
                end(key, time, Difference.DROPPED);
            }
        } else if (slot != null && answers.query(slot).query().asksAs(registration.query().get())) {
            renew(slot, registration, time);
        } else {
            begin(registration, time);
        }
    }

    /** A registration that was read before is no news: those of a name lie in one partition. */
    private static boolean isOlder(Registration registration, Standing standing) {
        return registration.stamp().partition() == standing.stamp.partition()
                && registration.stamp().offset() <= standing.stamp.offset();
    }

    private void renew(int slot, Registration registration, long time) {
        Standing standing = answers.query(slot);
        standing.stamp = registration.stamp();
        setLease(standing, registration);
        if (!registration.snapshot()) {
            telling.renewed(standing, time);
        } else if (telling.refreshed(standing, time)) {
            limitBegins(standing);
        }
        String key = standing.key();
        unwrittenQueries.add(key);
        pages.touch(slot);
        endIfOver(key, standing, time);
    }

    /** A registration may come after its lease. */
    private void endIfOver(String key, Standing standing, long time) {
        if (standing.leaseEnd < time) {
            end(key, time, Difference.EXPIRED);
        }
    }

    private void setLease(Standing standing, Registration registration) {
        String key = standing.key();
        events.remove(Event.of(standing.leaseEnd, Event.Kind.LEASE_ENDS, key));
        standing.leaseEnd = registration.stamp().time() + registration.leaseMs();
        events.add(Event.of(standing.leaseEnd, Event.Kind.LEASE_ENDS, key));
    }

    private void begin(Registration registration, long time) {
        String key = registration.name().key();
        Integer before = queries.get(key);
        if (before == null && answers.size() >= rules.queriesMax()) {
            telling.refused(
                    registration,
                    time,
                    new Registration.Refusal(
                            Reason.TOO_MANY_PENDING.name(),
                            "a shard has at most %d standing queries. Drop some, or raise 'nearstream.standing.queries-max'."
                                    .formatted(rules.queriesMax())));
            return;
        }
        if (before != null) {
            remove(key, before);
        }
        Standing standing =
                new Standing(
                        registration.name(),
                        registration.query().orElseThrow(),
                        registration.stamp(),
                        answers.records());
        int slot = answers.add(standing);
        queries.put(key, slot);
        answers.fill(slot);
        setLease(standing, registration);
        telling.began(standing, time);
        unwrittenQueries.add(key);
        pages.touch(slot);
        endIfOver(key, standing, time);
    }

    private void end(String key, long time, String reason) {
        int slot = queries.get(key);
        telling.ended(answers.query(slot), time, reason);
        remove(key, slot);
    }

    private void remove(String key, int slot) {
        Standing gone = answers.query(slot);
        events.remove(Event.of(gone.leaseEnd, Event.Kind.LEASE_ENDS, key));
        if (gone.isLimited()) {
            events.remove(Event.of(gone.limitedUntil, Event.Kind.LIMIT_ENDS, key));
        }
        answers.remove(slot);
        queries.remove(key);
        unwrittenQueries.add(key);
        pages.touch(slot);
    }

    @Override
    public void changed(int query, String removed, int addedAt) {
        Standing standing = answers.query(query);
        if (telling.changed(standing, cause, removed, addedAt)) {
            limitBegins(standing);
        }
        pages.touch(query);
    }

    private void limitBegins(Standing standing) {
        limited++;
        events.add(Event.of(standing.limitedUntil, Event.Kind.LIMIT_ENDS, standing.key()));
    }

    @Override
    public void touched(int query) {
        pages.touch(query);
    }

    /** Whether there is a query of the name with this key. */
    boolean stands(String key) {
        return queries.containsKey(key);
    }

    /** Queries that stand. */
    int size() {
        return queries.size();
    }

    /** How often a query was limited so far. */
    long limited() {
        return limited;
    }

    /** Writes what changed since the last call. */
    void flush(ShardStore store) throws Exception {
        for (String key : unwrittenQueries) {
            Integer slot = queries.get(key);
            if (slot == null) {
                store.remove(ShardStore.Part.QUERIES, key);
            } else {
                store.put(ShardStore.Part.QUERIES, key, ShardRows.query(answers.query(slot)));
            }
        }
        unwrittenQueries.clear();
        pages.flush(store);
        for (String key : oldAnswers) {
            store.remove(ShardStore.Part.ANSWERS, key);
        }
        oldAnswers.clear();
    }

    /** What some queries knew; the records are there already, the queries come behind it. */
    void restorePage(byte[] row) {
        pages.read(row);
    }

    /** A query as it was written; records and pages are there already. */
    void restoreQuery(String key, byte[] row) {
        Standing standing = ShardRows.readQuery(key, row, answers.records());
        int placed = pages.restore(key, standing);
        queries.put(key, placed < 0 ? answers.add(standing) : placed);
        events.add(Event.of(standing.leaseEnd, Event.Kind.LEASE_ENDS, key));
        expectLimit(key, standing);
    }

    private void expectLimit(String key, Standing standing) {
        if (standing.isLimited()) {
            events.add(Event.of(standing.limitedUntil, Event.Kind.LIMIT_ENDS, key));
        }
    }

    /** What a query knew, in a row of its own; the query is there already. */
    void restoreAnswer(String key, byte[] row) {
        int slot = queries.get(key);
        ShardRows.readAnswer(row, slot, answers);
        expectLimit(key, answers.query(slot));
        pages.touch(slot);
        oldAnswers.add(key);
    }

    /** All is back. */
    void restored() {
        pages.restored();
        answers.restored();
    }
}
