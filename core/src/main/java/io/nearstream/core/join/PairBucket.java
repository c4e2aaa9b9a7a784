package io.nearstream.core.join;

import io.nearstream.core.similarity.VectorSpace;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

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
    /** Below this no log is worth rewriting. */
    private static final int BYTES_FEW = 4_096;

    /** Bytes of the heap that a bucket takes by itself: most of those of bands have one record. */
    private static final int BUCKET_HEAP_BYTES = 600;

    /** Bytes of the heap that a record or a pair takes beside its vector, about. */
    private static final int RECORD_HEAP_BYTES = 160;

    private final JoinRule rule;
    private final BucketLimit limit;
    private final VectorSpace space;
    private final double scoreMax;
    private final BucketLog log;
    private final Residents residents;
    private final KeptPairs pairs = new KeptPairs();
    private long scanned;

    /** An empty bucket. */
    public PairBucket(JoinRule rule) {
        this(rule, BucketLimit.DEFAULT);
    }

    PairBucket(JoinRule rule, BucketLimit limit) {
        this.rule = rule;
        this.limit = limit;
        this.space = rule.space();
        this.scoreMax = space.score(rule.eps());
        this.log = new BucketLog();
        this.residents = new Residents(rule);
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

    /**
     * Applies a visit of this bucket that comes after all that were applied before.
     *
     * @throws IllegalStateException if it would have more than 1.5 GiB of records and pairs
     */
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
                forgetAt(residents.find(visit.record()));
                look(visit, out);
                live(visit);
            }
            default -> throw new IllegalArgumentException("Unknown kind " + visit.kind());
        }
    }

    /** Stores the record of a visit that comes after all before, and looks for no pairs. */
    public void store(Visit visit) {
        forgetAt(residents.find(visit.record()));
        live(visit);
    }

    /**
     * The nearest of the records that live here; none of the rules of pairs but the metric counts.
     *
     * @param vector that the space accepted, packed or not
     * @param k most that are wanted, 1 or more
     * @param distanceMax none is further, 0 or more
     * @param eventTimes of the records that count
     * @return in {@link Near#NEAREST_FIRST}
     */
    public List<Near> nearest(byte[] vector, int k, double distanceMax, LongPredicate eventTimes) {
        scanned += residents.size();
        return residents.nearest(vector, k, distanceMax, eventTimes);
    }

    private void look(Visit visit, Consumer<PairChange> out) {
        if (residents.size() == 0) {
            return;
        }
        RecordRef later = visit.record();
        Residents.Sought sought = null;
        for (int i = 0; i < residents.size(); i++) {
            if (!mayPair(i, visit)) {
                continue;
            }
            if (sought == null) {
                sought = residents.sought(visit.vector());
            }
            if (residents.isBeyond(sought, i, scoreMax)) {
                continue;
            }
            scanned++;
            double score = residents.score(sought, i);
            if (score <= scoreMax) {
                Pair pair = new Pair(residents.record(i), later, space.distance(score));
                if (rule.takesBack()) {
                    limit.check(later, rowBytes() + BucketLog.pairBytes(pair));
                    pairs.add(pair);
                    log.pair(pair);
                }
                out.accept(PairChange.added(pair));
                if (rule.firstOnly()) {
                    return;
                }
            }
        }
    }

    private long rowBytes() {
        return residents.rowBytes() + pairs.rowBytes();
    }

    /** All that is not the distance. */
    private boolean mayPair(int i, Visit visit) {
        RecordRef earlier = residents.record(i);
        RecordRef later = visit.record();
        if (rule.twoSided() == (earlier.side() == later.side())) {
            return false;
        }
        if (visit.excludes(residents.centre(i))) {
            return false;
        }
        return rule.isWithinWindow(residents.eventTime(i), visit.eventTime())
                && !rule.isOver(earlier.version().time(), later.version().time())
                && visit.isFirstCommonWith(residents.homes(i));
    }

    private void live(Visit visit) {
        byte[] packed = rule.packed(visit.vector());
        int row = BucketLog.liveBytes(visit.record(), visit.homes().length, packed.length);
        limit.check(visit.record(), rowBytes() + row);
        add(visit.record(), visit.eventTime(), visit.homes(), packed, visit.centre());
        log.live(visit.record(), visit.eventTime(), visit.homes(), packed, visit.centre());
    }

    void add(RecordRef record, long eventTime, int[] itsHomes, byte[] vector, float centre) {
        residents.add(record, eventTime, itsHomes, vector, centre);
    }

    void addPair(RecordRef earlier, RecordRef later, double distance) {
        int at = residents.find(earlier);
        if (at == Residents.NONE) {
            throw new IllegalArgumentException(
                    "The log of a bucket has a pair of '%s', which does not live there."
                            .formatted(earlier.id()));
        }
        pairs.add(new Pair(residents.record(at), later, distance));
    }

    /** Ends a record and its pairs; says whether there was anything of it. */
    boolean end(RecordRef record, Consumer<PairChange> out) {
        long time = record.version().time();
        boolean changed = false;
        for (int i = pairs.size() - 1; i >= 0; i--) {
            Pair pair = pairs.get(i);
            if (pair.earlier().isSameRecord(record) || pair.later().isSameRecord(record)) {
                changed = true;
                pairs.remove(i);
                if (!rule.isOver(pair.earlier().version().time(), time)) {
                    out.accept(PairChange.takenBack(pair, record));
                }
            }
        }
        int at = residents.find(record);
        if (at != Residents.NONE) {
            changed = true;
            residents.remove(at);
        }
        return changed;
    }

    /** Without a word: all that is said of a record that is over stands. */
    private void forgetAt(int at) {
        if (at != Residents.NONE) {
            RecordRef record = residents.record(at);
            log.forget(record);
            forget(record);
        }
    }

    /** Forgets a record that lives here and the pairs of which it is the earlier one. */
    void forget(RecordRef record) {
        for (int i = pairs.size() - 1; i >= 0; i--) {
            if (pairs.get(i).earlier().isSameRecord(record)) {
                pairs.remove(i);
            }
        }
        residents.remove(residents.find(record));
    }

    /** Forgets the records that are retained no longer at a time of versions, and their pairs. */
    public void forgetBefore(long time) {
        for (int i = residents.size() - 1; i >= 0; i--) {
            if (rule.isOver(residents.record(i).version().time(), time)) {
                forgetAt(i); // the last record, which was looked at, takes its place
            }
        }
    }

    /** Records that live here. */
    public int size() {
        return residents.size();
    }

    /** Pairs that are kept here. */
    public int pairs() {
        return pairs.size();
    }

    /** Whether nothing is kept: then its log may go. */
    public boolean isEmpty() {
        return residents.size() == 0 && pairs.size() == 0;
    }

    /** The least time of a version that lives here; {@link Long#MAX_VALUE} of none. */
    public long oldest() {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < residents.size(); i++) {
            oldest = Math.min(oldest, residents.record(i).version().time());
        }
        return oldest;
    }

    /** Distances that were computed so far. */
    public long scanned() {
        return scanned;
    }

    /** Bytes of the heap, about. */
    public long heapBytes() {
        return BUCKET_HEAP_BYTES
                + residents.vectorHeapBytes()
                + (long) RECORD_HEAP_BYTES * (residents.capacity() + pairs.size());
    }

    /** The rows since the last call, for the end of the log; empty where nothing changed. */
    public byte[] drain() {
        return log.drain();
    }

    /**
     * Whether more than half of the log, what was not drained included, is of what is gone, or it
     * is longer than can be read.
     */
    public boolean isWasteful() {
        return log.bytes() > Math.min(2 * (BYTES_FEW + rowBytes()), limit.logBytesMax());
    }

    /** The whole bucket as a log of one block, which replaces all before; it is drained then. */
    public byte[] rewrite() {
        log.restart();
        for (int i = 0; i < residents.size(); i++) {
            log.live(
                    residents.record(i),
                    residents.eventTime(i),
                    residents.homes(i),
                    residents.packedVector(i),
                    residents.centre(i));
        }
        pairs.forEach(log::pair);
        return log.drain();
    }
}
