package io.nearstream.core.join;

import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A bucket of a join: the records that live in it, and the pairs whose earlier record does. Visits
 * are applied in their order; each pair is then said once, by its later record, and taken back
 * once, by what ends one of the two.
 *
 * <p>It is kept as a log: every visit that changes it adds rows, {@link #drain} hands these out,
 * and a bucket that reads all of them is the same again. A log that is mostly of what is gone is to
 * be replaced by {@link #rewrite}. Belongs to one thread.
 */
public final class PairBucket {
    private static final int FIRST_CAPACITY = 8;

    /** Bytes of the heap that a record or a pair takes beside its vector, about. */
    private static final int RECORD_HEAP_BYTES = 160;

    private static final int NONE = -1;

    private final JoinRule rule;
    private final VectorSpace space;
    private final double scoreMax;
    private final int vectorBytes;
    private final BucketLog log;

    private int size;
    private byte[] vectors;
    private float[] inverseNorms = new float[FIRST_CAPACITY];
    private RecordRef[] records = new RecordRef[FIRST_CAPACITY];
    private byte[] sides = new byte[FIRST_CAPACITY];
    private int[] idHashes = new int[FIRST_CAPACITY];
    private long[] eventTimes = new long[FIRST_CAPACITY];
    private int[][] homes = new int[FIRST_CAPACITY][];
    private final List<Pair> pairs = new ArrayList<>();
    private long scanned;

    /** An empty bucket. */
    public PairBucket(JoinRule rule) {
        this.rule = rule;
        this.space = rule.space();
        this.scoreMax = space.score(rule.eps());
        this.vectorBytes = rule.encoding().vectorBytes(rule.dimensions());
        this.vectors = new byte[FIRST_CAPACITY * vectorBytes];
        this.log = new BucketLog();
    }

    /**
     * The bucket whose log this is.
     *
     * @param blocks what {@link #drain} and {@link #rewrite} gave, oldest first
     * @throws IllegalArgumentException if it is no such log
     */
    public static PairBucket read(JoinRule rule, Iterable<byte[]> blocks) {
        PairBucket bucket = new PairBucket(rule);
        for (byte[] block : blocks) {
            bucket.log.read(block, bucket);
        }
        return bucket;
    }

    /** Applies a visit of this bucket that comes after all that were applied before. */
    public void apply(Visit visit, Consumer<PairChange> out) {
        switch (visit.kind()) {
            case END -> {
                if (end(visit.record(), out)) {
                    log.end(visit.record());
                }
            }
            case LOOK -> look(visit, out);
            case LIVE -> {
                // One that is retained no longer may still be here: nobody said that it ended.
                forgetAt(find(visit.record()));
                look(visit, out);
                live(visit);
            }
            default -> throw new IllegalArgumentException("Unknown kind " + visit.kind());
        }
    }

    private void look(Visit visit, Consumer<PairChange> out) {
        if (size == 0) {
            return;
        }
        RecordRef later = visit.record();
        VectorSpace.Query query = space.query(visit.vector());
        for (int i = 0; i < size; i++) {
            if (!mayPair(i, visit)) {
                continue;
            }
            scanned++;
            double score = space.score(query, vectors, i * vectorBytes, inverseNorms[i]);
            if (score <= scoreMax) {
                Pair pair = new Pair(records[i], later, space.distance(score));
                if (rule.takesBack()) {
                    pairs.add(pair);
                    log.pair(pair);
                }
                out.accept(PairChange.added(pair));
            }
        }
    }

    /** All that is not the distance. */
    private boolean mayPair(int i, Visit visit) {
        RecordRef later = visit.record();
        if (rule.twoSided() == (sides[i] == later.side())) {
            return false;
        }
        return rule.isWithinWindow(eventTimes[i], visit.eventTime())
                && !rule.isOver(records[i].version().time(), later.version().time())
                && visit.isFirstCommonWith(homes[i]);
    }

    private void live(Visit visit) {
        add(visit.record(), visit.eventTime(), visit.homes(), visit.vector());
        log.live(visit.record(), visit.eventTime(), visit.homes(), visit.vector());
    }

    void add(RecordRef record, long eventTime, int[] itsHomes, byte[] vector) {
        if (vector.length != vectorBytes) {
            throw new IllegalArgumentException(
                    "A vector must have %d bytes, but that of '%s' has %d."
                            .formatted(vectorBytes, record.id(), vector.length));
        }
        if (size == records.length) {
            grow();
        }
        System.arraycopy(vector, 0, vectors, size * vectorBytes, vectorBytes);
        inverseNorms[size] = space.inverseNorm(vectors, size * vectorBytes);
        records[size] = record;
        sides[size] = record.side();
        idHashes[size] = record.id().hashCode();
        eventTimes[size] = eventTime;
        homes[size] = itsHomes;
        size++;
    }

    private void grow() {
        int capacity = Math.multiplyExact(size, 2);
        vectors = Arrays.copyOf(vectors, Math.multiplyExact(capacity, vectorBytes));
        inverseNorms = Arrays.copyOf(inverseNorms, capacity);
        records = Arrays.copyOf(records, capacity);
        sides = Arrays.copyOf(sides, capacity);
        idHashes = Arrays.copyOf(idHashes, capacity);
        eventTimes = Arrays.copyOf(eventTimes, capacity);
        homes = Arrays.copyOf(homes, capacity);
    }

    void addPair(RecordRef earlier, RecordRef later, double distance) {
        int at = find(earlier);
        if (at == NONE) {
            throw new IllegalArgumentException(
                    "The log of a bucket has a pair of '%s', which does not live there."
                            .formatted(earlier.id()));
        }
        pairs.add(new Pair(records[at], later, distance));
    }

    /** Ends a record and its pairs; says whether there was anything of it. */
    boolean end(RecordRef record, Consumer<PairChange> out) {
        long time = record.version().time();
        boolean changed = false;
        for (int i = pairs.size() - 1; i >= 0; i--) {
            Pair pair = pairs.get(i);
            if (pair.earlier().isSameRecord(record) || pair.later().isSameRecord(record)) {
                changed = true;
                removePair(i);
                if (!rule.isOver(pair.earlier().version().time(), time)) {
                    out.accept(PairChange.takenBack(pair, record));
                }
            }
        }
        int at = find(record);
        if (at != NONE) {
            changed = true;
            remove(at);
        }
        return changed;
    }

    /** Without a word: all that is said of a record that is over stands. */
    private void forgetAt(int at) {
        if (at != NONE) {
            log.forget(records[at]);
            forget(records[at]);
        }
    }

    /** Forgets a record that lives here and the pairs of which it is the earlier one. */
    void forget(RecordRef record) {
        pairs.removeIf(pair -> pair.earlier().isSameRecord(record));
        remove(find(record));
    }

    private void removePair(int i) {
        Pair last = pairs.remove(pairs.size() - 1);
        if (i < pairs.size()) {
            pairs.set(i, last);
        }
    }

    private int find(RecordRef record) {
        int hash = record.id().hashCode();
        for (int i = 0; i < size; i++) {
            if (idHashes[i] == hash && records[i].isSameRecord(record)) {
                return i;
            }
        }
        return NONE;
    }

    private void remove(int i) {
        size--;
        if (i < size) { // the last record takes its place
            System.arraycopy(vectors, size * vectorBytes, vectors, i * vectorBytes, vectorBytes);
            inverseNorms[i] = inverseNorms[size];
            records[i] = records[size];
            sides[i] = sides[size];
            idHashes[i] = idHashes[size];
            eventTimes[i] = eventTimes[size];
            homes[i] = homes[size];
        }
        records[size] = null;
        homes[size] = null;
    }

    /** Forgets the records that are retained no longer at a time of versions, and their pairs. */
    public void forgetBefore(long time) {
        for (int i = size - 1; i >= 0; i--) {
            if (rule.isOver(records[i].version().time(), time)) {
                forgetAt(i); // the last record, which was looked at, takes its place
            }
        }
    }

    /** Records that live here. */
    public int size() {
        return size;
    }

    /** Pairs that are kept here. */
    public int pairs() {
        return pairs.size();
    }

    /** Whether nothing is kept: then its log may go. */
    public boolean isEmpty() {
        return size == 0 && pairs.isEmpty();
    }

    /** The least time of a version that lives here; {@link Long#MAX_VALUE} of none. */
    public long oldest() {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            oldest = Math.min(oldest, records[i].version().time());
        }
        return oldest;
    }

    /** Distances that were computed so far. */
    public long scanned() {
        return scanned;
    }

    /** Bytes of the heap, about. */
    public long heapBytes() {
        return vectors.length + (long) RECORD_HEAP_BYTES * (records.length + pairs.size());
    }

    /** The rows since the last call, for the end of the log; empty where nothing changed. */
    public byte[] drain() {
        return log.drain();
    }

    /** Whether more than half of the log, what was not drained included, is of what is gone. */
    public boolean isWasteful() {
        return log.bytes() > 2 * log.least(size, pairs.size());
    }

    /** The whole bucket as a log of one block, which replaces all before; it is drained then. */
    public byte[] rewrite() {
        log.restart();
        for (int i = 0; i < size; i++) {
            int from = i * vectorBytes;
            byte[] vector = Arrays.copyOfRange(vectors, from, from + vectorBytes);
            log.live(records[i], eventTimes[i], homes[i], vector);
        }
        pairs.forEach(log::pair);
        return log.drain();
    }
}
