package io.nearstream.core.standing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Registrations that wait for the watermark. All of them count, while they are few; a job that
 * starts from nothing reads those of days, most of which renew or drop what others began, and then
 * only the newest of each name is kept. Belongs to one thread.
 */
final class PendingRegistrations {
    private final int namesMax;
    private final TreeSet<Event> events;
    private final Map<Event, Registration> waiting = new HashMap<>();
    private final Map<String, TreeSet<Event>> byName = new HashMap<>();
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
     * @return false where too many other names wait
     */
    boolean add(Registration registration, boolean stands) {
        String key = registration.name().key();
        boolean known = stands || byName.containsKey(key);
        if (!known && registration.query().isEmpty()) {
            return true; // those of a name come in order: there is nothing that it could drop
        }
        if (!known && byName.size() >= namesMax) {
            return false;
        }
        restore(registration);
        unwritten.add(Event.of(registration));
        if (waiting.size() > Math.max((long) namesMax, 2L * byName.size())) {
            keepNewest();
        }
        return true;
    }

    /** Puts back one that waited when the state was written. */
    void restore(Registration registration) {
        Event event = Event.of(registration);
        waiting.put(event, registration);
        events.add(event);
        byName.computeIfAbsent(event.key(), unknown -> new TreeSet<>()).add(event);
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

    /** The one whose time has come does not wait any more. */
    Registration take(Event event) {
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
