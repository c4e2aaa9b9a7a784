package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The keys of a run, what was written to each, and so what a read of it may find. Every write of a
 * key carries the next sequence number of that key and is sent in that order. A read is right if it
 * finds the key's own value, with a sequence number that was sent, was not refused, and is not
 * below the <em>floor</em> of its way of reading as it stood before the read:
 *
 * <ul>
 *   <li>strong: the highest that the broker has acknowledged. Such a read sees every write that was
 *       appended before it.
 *   <li>live: the highest that was answered as applied, or that any read has found; an acknowledged
 *       write may still be on its way. Live reads may go back in time when a job recovers; a run in
 *       which that happens has restarts in its report.
 *   <li>cached: the highest that this cache has shown, and the first write of every key that was
 *       loaded: it may not be missing. How far it is behind is measured as staleness, and no error.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class KeySpace {
    private static final int LOCKS = 256;

    /** Of each key, side by side: a cached get takes as long as four looks into main memory. */
    private static final int FIELDS = 8;

    private static final int ISSUED = 0;
    private static final int USED = 1;

    /** The floors, by the way of reading. */
    private static final int FLOORS = 2;

    private final String prefix;
    private final int valueBytes;
    private final String[] names;
    private final AtomicIntegerArray fields;
    private final Set<Long> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next;
    private final AtomicInteger known;
    private final Object[] locks = new Object[LOCKS];

    /**
     * Keys without values.
     *
     * @param prefix what their names begin with
     * @param records keys that will be loaded
     * @param inserts keys that may follow
     * @param valueBytes length of every value
     */
    KeySpace(String prefix, int records, int inserts, int valueBytes) {
        this.prefix = prefix;
        this.valueBytes = valueBytes;
        int capacity = Math.addExact(records, inserts);
        names = new String[capacity];
        fields = new AtomicIntegerArray(Math.multiplyExact(capacity, FIELDS));
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new Object();
        }
        next = new AtomicInteger(records);
        known = new AtomicInteger(records);
    }

    private static int field(int key, int field) {
        return key * FIELDS + field;
    }

    /** The name of a key: scattered, so that neighbours have nothing in common. */
    String name(int key) {
        String name = names[key];
        if (name == null) {
            name = prefix + Long.toUnsignedString(Values.mix(key));
            names[key] = name; // whoever comes first; all make the same
        }
        return name;
    }

    /** How many keys, the lowest numbers, are loaded first or were inserted and are in force. */
    int known() {
        return known.get();
    }

    /** A number for a new key. */
    int insert() {
        return next.getAndIncrement();
    }

    /** Keys that were loaded or inserted so far. */
    int size() {
        return next.get();
    }

    /** Held from {@link #issue} until the write is sent, so that the log has the same order. */
    Object lock(int key) {
        return locks[key & LOCKS - 1];
    }

    /** The next sequence number of a key. */
    int issue(int key) {
        return fields.incrementAndGet(field(key, ISSUED));
    }

    /** The last one. */
    int issued(int key) {
        return fields.get(field(key, ISSUED));
    }

    /** The value of a write. */
    byte[] value(int key, int sequence) {
        return Values.encode(key, sequence, valueBytes);
    }

    /** The broker has the write. */
    void acknowledged(int key, int sequence) {
        raise(ReadWay.STRONG, key, sequence);
    }

    /** The write is in force: whoever reads the state from now on finds it. */
    void applied(int key, int sequence) {
        raise(ReadWay.STRONG, key, sequence);
        raise(ReadWay.LIVE, key, sequence);
        int first = known.get();
        while (first < names.length && floor(ReadWay.LIVE, first) > 0) {
            first = known.compareAndSet(first, first + 1) ? first + 1 : known.get();
        }
    }

    /**
     * The loaded keys are seen in the state from now on: no cache that is filled from it may find
     * one missing.
     */
    void loaded() {
        for (int key = 0; key < known(); key++) {
            if (floor(ReadWay.LIVE, key) > 0) {
                raise(ReadWay.CACHED, key, 1);
            }
        }
    }

    /** The write's condition did not hold: nobody may ever find it. */
    void refused(int key, int sequence) {
        refused.add(refusal(key, sequence));
    }

    private static long refusal(int key, int sequence) {
        return (long) key << Integer.SIZE | sequence;
    }

    /** What a read of the key that starts now may not be older than; 0 for nothing at all. */
    int floor(ReadWay way, int key) {
        return fields.get(field(key, FLOORS + way.ordinal()));
    }

    /**
     * What is wrong with a read; empty for nothing.
     *
     * @param floor of the key before the read
     */
    Optional<String> problem(ReadWay way, int key, int floor, Optional<KeyValue> found) {
        if (found.isEmpty()) {
            return floor == 0 ? Optional.empty() : wrong(way, key, "has no value", floor);
        }
        int sequence = sequence(key, found.get());
        if (sequence < 0) {
            return wrong(way, key, "has a value that nobody wrote", floor);
        }
        if (sequence > issued(key)) {
            return wrong(way, key, "has write " + sequence + ", which was not sent yet", floor);
        }
        if (sequence < floor) {
            return wrong(way, key, "has write " + sequence, floor);
        }
        if (!refused.isEmpty() && refused.contains(refusal(key, sequence))) {
            return wrong(way, key, "has write " + sequence + ", which was refused", floor);
        }
        found(way, key, sequence);
        return Optional.empty();
    }

    /** The sequence number of a value that was found; -1 if it is not one of this key. */
    int sequence(int key, KeyValue found) {
        return found.key().equals(name(key)) ? Values.check(found.value(), key, valueBytes) : -1;
    }

    private void found(ReadWay way, int key, int sequence) {
        if (way == ReadWay.CACHED) {
            raise(ReadWay.CACHED, key, sequence);
        }
        // A cache shows what was in the state before; it is there or was replaced.
        raise(ReadWay.LIVE, key, sequence);
        raise(ReadWay.STRONG, key, sequence);
    }

    private void raise(ReadWay way, int key, int sequence) {
        int floor = field(key, FLOORS + way.ordinal());
        int low = fields.get(floor);
        while (low < sequence && !fields.compareAndSet(floor, low, sequence)) {
            low = fields.get(floor);
        }
    }

    private Optional<String> wrong(ReadWay way, int key, String what, int floor) {
        return Optional.of(
                "A %s read of key %d ('%s') %s; write %d was the least to be found, %d the last sent."
                        .formatted(way.key(), key, name(key), what, floor, issued(key)));
    }

    /** Counts operations of the keyed operator on a key. */
    void use(int key, int times) {
        fields.getAndAdd(field(key, USED), times);
    }

    /** Operations that were counted on a key. */
    int used(int key) {
        return fields.get(field(key, USED));
    }

    /** Forgets what was counted. */
    void forgetUse() {
        for (int key = 0; key < names.length; key++) {
            fields.set(field(key, USED), 0);
        }
    }
}
