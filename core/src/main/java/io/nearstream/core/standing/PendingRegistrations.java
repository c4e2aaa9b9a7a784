package io.nearstream.core.standing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Registrations that wait for the watermark. All of them count, while they are few; a job that
 * starts from nothing reads those of days, most of which renew or drop what others began, and then
 * only the newest of each name is kept.
 *
 * <p>Where too many names wait, those of which no query stands are forgotten whose lease was over
 * when the newest that waits was appended, or that were dropped: nobody is told of them any more,
 * and they would take the place of who lives. Those of a name come in the order of their partition,
 * so nothing older comes behind what is forgotten. By which time they are judged follows from what
 * waits, so it is the same after a restore. Belongs to one thread.
 */
final class PendingRegistrations {
    private final int namesMax;
    private final TreeSet<Event> events;
    private final TreeMap<Event, Registration> waiting = new TreeMap<>();
    private final Map<String, TreeSet<Event>> byName = new HashMap<>();

    /** When which of the names is over that wait, and of which no query stands. */
    private final TreeSet<Event> ends = new TreeSet<>();

    private final Set<Event> unwritten = new HashSet<>();

    /**
     * @param namesMax that wait to begin, at most; twice as many registrations wait, about
     * @param events of the shard; those of registrations are put in and taken out here
     */
    PendingRegistrations(int namesMax, TreeSet<Event> events) {
        this.namesMax = namesMax;
        this.events = events;
    }

    /**
     * Takes a registration or a drop, which is accepted as it stands on the topic. One of a name
     * that stands, or waits already, is always taken.
     *
     * @param stands whether there is a query of its name
     * @return false where too many other names wait that are not over
     */
    boolean add(Registration registration, boolean stands) {
        String key = registration.name().key();
        boolean known = stands || byName.containsKey(key);
        if (!known && registration.query().isEmpty()) {
            return true; // those of a name come in order: there is nothing that it could drop
        }
        if (!known && !hasPlace(registration.stamp().time())) {
            return false;
        }
        restore(registration, stands);
        unwritten.add(Event.of(registration));
        if (waiting.size() > Math.max((long) namesMax, 2L * byName.size())) {
            keepNewest();
        }
        return true;
    }

    /**
     * Puts back one that waited when the state was written.
     *
     * @param stands whether there is a query of its name
     */
    void restore(Registration registration, boolean stands) {
        Event event = Event.of(registration);
        forgetEnd(event.key());
        waiting.put(event, registration);
        events.add(event);
        byName.computeIfAbsent(event.key(), unknown -> new TreeSet<>()).add(event);
        settle(event.key(), stands);
    }

    /**
     * Says whether there is a query of a name now: what waits for one must reach it, also a drop,
     * and is not forgotten.
     */
    void settle(String key, boolean stands) {
        if (stands) {
            forgetEnd(key);
        } else if (byName.containsKey(key)) {
            ends.add(end(key));
        }
    }

    private void forgetEnd(String key) {
        if (byName.containsKey(key)) {
            ends.remove(end(key));
        }
    }

    /** When a name that waits is over; a drop is at once. */
    private Event end(String key) {
        Registration newest = waiting.get(byName.get(key).last());
        long time = newest.stamp().time() + newest.leaseMs();
        return Event.of(time, Event.Kind.LEASE_ENDS, key);
    }

    /**
     * Whether another name may wait, for which one that is over is forgotten where it has to be.
     *
     * @param time when the other one was appended
     */
    private boolean hasPlace(long time) {
        while (byName.size() >= namesMax) {
            long now = Math.max(time, waiting.lastEntry().getValue().stamp().time());
            if (ends.isEmpty() || ends.first().time() > now) {
                return false;
            }
            byName.remove(ends.pollFirst().key()).forEach(this::forget);
        }
        return true;
    }

    /** Costs what waits, and comes when that is twice as much as will be left. */
    private void keepNewest() {
        for (TreeSet<Event> of : byName.values()) {
            List<Event> older = new ArrayList<>(of.headSet(of.last(), false));
            older.forEach(this::forget);
            older.forEach(of::remove);
        }
    }

    private Registration forget(Event event) {
        events.remove(event);
        unwritten.add(event);
        return waiting.remove(event);
    }

    /** The one whose time has come does not wait any more; {@link #settle} its name then. */
    Registration take(Event event) {
        forgetEnd(event.key());
        TreeSet<Event> of = byName.get(event.key());
        of.remove(event);
        if (of.isEmpty()) {
            byName.remove(event.key());
        }
        return forget(event);
    }

    /** Registrations that wait. */
    int size() {
        return waiting.size();
    }

    /** Writes what has come and gone since the last call. */
    void flush(ShardStore store) throws Exception {
        for (Event event : unwritten) {
            Registration registration = waiting.get(event);
            if (registration == null) {
                store.removeWaiting(event.partition(), event.offset());
            } else {
                store.putWaiting(registration);
            }
        }
        unwritten.clear();
    }
}
