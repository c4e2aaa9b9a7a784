package io.nearstream.core.join;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;
import javax.annotation.Nullable;

/**
 * The records that live in a bucket, in arrays: a place for each. Vectors lie one behind the other,
 * sets as they are packed, each by itself: they are as long as they are large. Belongs to one
 * thread.
 */
final class Residents {
    static final int NONE = -1;

    /** Many buckets of bands hold one record for ever. */
    private static final int FIRST_CAPACITY = 1;

    /** Up to here the room doubles; beyond it grows by a quarter. */
    private static final int CAPACITY_DOUBLES = 16;

    private static final int GROWTH = 4;

    /** Elements of an array in every JVM. */
    private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;

    private final JoinRule rule;
    private final VectorSpace space;
    private final boolean ofSets;
    private final int vectorBytes;

    private int size;
    private byte[] vectors;
    private byte[][] sets;
    private long setBytes;
    private float[] inverseNorms = new float[FIRST_CAPACITY];
    private RecordRef[] records = new RecordRef[FIRST_CAPACITY];
    private int[] idHashes = new int[FIRST_CAPACITY];
    private long[] eventTimes = new long[FIRST_CAPACITY];
    private int[][] homes = new int[FIRST_CAPACITY][];
    private float[] centres = new float[FIRST_CAPACITY];
    private long rowBytes;

    /**
     * A vector that is compared with those that live here.
     *
     * @param query of all but sets
     * @param set packed
     */
    record Sought(@Nullable VectorSpace.Query query, @Nullable byte[] set) {}

    Residents(JoinRule rule) {
        this.rule = rule;
        this.space = rule.space();
        this.ofSets = rule.metric() == Metric.JACCARD;
        this.vectorBytes = space.vectorBytes();
        this.vectors = new byte[ofSets ? 0 : FIRST_CAPACITY * vectorBytes];
        this.sets = new byte[ofSets ? FIRST_CAPACITY : 0][];
    }

    int size() {
        return size;
    }

    RecordRef record(int at) {
        return records[at];
    }

    long eventTime(int at) {
        return eventTimes[at];
    }

    float centre(int at) {
        return centres[at];
    }

    int[] homes(int at) {
        return homes[at];
    }

    /**
     * Prepares a vector for {@link #score}.
     *
     * @param vector packed or not
     */
    Sought sought(byte[] vector) {
        return ofSets
                ? new Sought(null, rule.packed(vector))
                : new Sought(space.query(vector), null);
    }

    /** Whether a score cannot be as low as this one, by what costs less than the score. */
    boolean isBeyond(Sought sought, int at, double scoreMax) {
        if (!ofSets) {
            return false;
        }
        // Sets share no more than the smaller one. Quotients of integers round alike: whichever is
        // less stays no more.
        int one = sought.set().length;
        int other = sets[at].length;
        return 1 - (double) Math.min(one, other) / Math.max(one, other) > scoreMax;
    }

    double score(Sought sought, int at) {
        if (!ofSets) {
            return space.score(sought.query(), vectors, at * vectorBytes, inverseNorms[at]);
        }
        byte[] set = sought.set();
        byte[] other = sets[at];
        return Sets.distance(set, places(set), other, 0, places(other));
    }

    private static int places(byte[] set) {
        return set.length / Long.BYTES;
    }

    /** See {@link PairBucket#nearest}. */
    List<Near> nearest(byte[] vector, int k, double distanceMax, LongPredicate eventTimesWanted) {
        Sought sought = sought(rule.unpacked(vector));
        double scoreMax = space.score(distanceMax);
        PriorityQueue<Near> furthestFirst = new PriorityQueue<>(Near.NEAREST_FIRST.reversed());
        for (int i = 0; i < size; i++) {
            if (!eventTimesWanted.test(eventTimes[i]) || isBeyond(sought, i, scoreMax)) {
                continue;
            }
            double score = score(sought, i);
            if (!(score <= scoreMax)) {
                continue;
            }
            double distance = space.distance(score);
            if (furthestFirst.size() < k || distance <= furthestFirst.element().distance()) {
                furthestFirst.add(new Near(records[i].id(), records[i].version(), distance));
                if (furthestFirst.size() > k) {
                    furthestFirst.remove();
                }
            }
        }
        List<Near> nearest = new ArrayList<>(furthestFirst);
        nearest.sort(Near.NEAREST_FIRST);
        return nearest;
    }

    /** As rows of the log have it. */
    byte[] packedVector(int at) {
        int from = at * vectorBytes;
        return ofSets ? sets[at] : Arrays.copyOfRange(vectors, from, from + vectorBytes);
    }

    /** Bytes that rows of the log take for all of them. */
    long rowBytes() {
        return rowBytes;
    }

    /** Bytes of the vectors, and places for records. */
    long vectorHeapBytes() {
        return vectors.length + setBytes;
    }

    int capacity() {
        return records.length;
    }

    /**
     * Takes a record in.
     *
     * @param vector packed or not
     */
    void add(RecordRef record, long eventTime, int[] itsHomes, byte[] vector, float centre) {
        if (size == records.length) {
            grow();
        }
        if (ofSets) {
            addSet(record, rule.packed(vector));
        } else {
            addVector(record, vector);
        }
        records[size] = record;
        idHashes[size] = record.id().hashCode();
        eventTimes[size] = eventTime;
        homes[size] = itsHomes;
        centres[size] = centre;
        size++;
        rowBytes += rowBytes(size - 1);
    }

    private void addSet(RecordRef record, byte[] set) {
        if (set.length == 0 || set.length > vectorBytes || set.length % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "A set must have 1 to %d elements of %d bytes, but that of '%s' has %d bytes."
                            .formatted(
                                    vectorBytes / Long.BYTES, Long.BYTES, record.id(), set.length));
        }
        sets[size] = set;
        setBytes += set.length;
    }

    private void addVector(RecordRef record, byte[] vector) {
        if (vector.length != vectorBytes) {
            throw new IllegalArgumentException(
                    "A vector must have %d bytes, but that of '%s' has %d."
                            .formatted(vectorBytes, record.id(), vector.length));
        }
        System.arraycopy(vector, 0, vectors, size * vectorBytes, vectorBytes);
        inverseNorms[size] = space.inverseNorm(vectors, size * vectorBytes);
    }

    private void grow() {
        long more = size < CAPACITY_DOUBLES ? size : size / GROWTH;
        // All of one array; the limit of a bucket leaves room for one more.
        int most = ofSets ? ARRAY_MAX : ARRAY_MAX / vectorBytes;
        int capacity = (int) Math.min(size + more, most);
        if (ofSets) {
            sets = Arrays.copyOf(sets, capacity);
        } else {
            vectors = Arrays.copyOf(vectors, capacity * vectorBytes);
        }
        inverseNorms = Arrays.copyOf(inverseNorms, capacity);
        records = Arrays.copyOf(records, capacity);
        idHashes = Arrays.copyOf(idHashes, capacity);
        eventTimes = Arrays.copyOf(eventTimes, capacity);
        homes = Arrays.copyOf(homes, capacity);
        centres = Arrays.copyOf(centres, capacity);
    }

    /** The place of a record, at whichever version, or {@link #NONE}. */
    int find(RecordRef record) {
        int hash = record.id().hashCode();
        for (int i = 0; i < size; i++) {
            if (idHashes[i] == hash && records[i].isSameRecord(record)) {
                return i;
            }
        }
        return NONE;
    }

    /** Forgets a record; the last one takes its place. */
    void remove(int at) {
        rowBytes -= rowBytes(at);
        size--;
        if (ofSets) {
            setBytes -= sets[at].length;
            sets[at] = sets[size];
            sets[size] = null;
        } else if (at < size) {
            System.arraycopy(vectors, size * vectorBytes, vectors, at * vectorBytes, vectorBytes);
        }
        inverseNorms[at] = inverseNorms[size];
        records[at] = records[size];
        idHashes[at] = idHashes[size];
        eventTimes[at] = eventTimes[size];
        homes[at] = homes[size];
        centres[at] = centres[size];
        records[size] = null;
        homes[size] = null;
    }

    private int rowBytes(int at) {
        int vector = ofSets ? sets[at].length : vectorBytes;
        return BucketLog.liveBytes(records[at], homes[at].length, vector);
    }
}
