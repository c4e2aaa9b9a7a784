package io.nearstream.core.join;

import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;

/** The records that live in a bucket, in arrays: a place for each. Belongs to one thread. */
final class Residents {
    static final int NONE = -1;

    /** Many buckets of bands hold one record for ever. */
    private static final int FIRST_CAPACITY = 1;

    /** Up to here the room doubles; beyond it grows by a quarter. */
    private static final int CAPACITY_DOUBLES = 16;

    private static final int GROWTH = 4;

    private final JoinRule rule;
    private final VectorSpace space;
    private final int vectorBytes;

    private int size;
    private byte[] vectors;
    private float[] inverseNorms = new float[FIRST_CAPACITY];
    private RecordRef[] records = new RecordRef[FIRST_CAPACITY];
    private int[] idHashes = new int[FIRST_CAPACITY];
    private long[] eventTimes = new long[FIRST_CAPACITY];
    private int[][] homes = new int[FIRST_CAPACITY][];
    private float[] centres = new float[FIRST_CAPACITY];
    private long rowBytes;

    Residents(JoinRule rule) {
        this.rule = rule;
        this.space = rule.space();
        this.vectorBytes = space.vectorBytes();
        this.vectors = new byte[FIRST_CAPACITY * vectorBytes];
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

    double score(VectorSpace.Query query, int at) {
        return space.score(query, vectors, at * vectorBytes, inverseNorms[at]);
    }

    /** See {@link PairBucket#nearest}. */
    List<Near> nearest(byte[] vector, int k, double distanceMax, LongPredicate eventTimesWanted) {
        VectorSpace.Query query = space.query(rule.unpacked(vector));
        double scoreMax = space.score(distanceMax);
        PriorityQueue<Near> furthestFirst = new PriorityQueue<>(Near.NEAREST_FIRST.reversed());
        for (int i = 0; i < size; i++) {
            if (!eventTimesWanted.test(eventTimes[i])) {
                continue;
            }
            double score = score(query, i);
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
        return rule.packed(Arrays.copyOfRange(vectors, from, from + vectorBytes));
    }

    /** Bytes that rows of the log take for all of them. */
    long rowBytes() {
        return rowBytes;
    }

    /** Bytes of the vectors, and places for records. */
    long vectorHeapBytes() {
        return vectors.length;
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
        byte[] whole = rule.unpacked(vector);
        if (whole.length != vectorBytes) {
            throw new IllegalArgumentException(
                    "A vector must have %d bytes, but that of '%s' has %d."
                            .formatted(vectorBytes, record.id(), vector.length));
        }
        if (size == records.length) {
            grow();
        }
        System.arraycopy(whole, 0, vectors, size * vectorBytes, vectorBytes);
        inverseNorms[size] = space.inverseNorm(vectors, size * vectorBytes);
        records[size] = record;
        idHashes[size] = record.id().hashCode();
        eventTimes[size] = eventTime;
        homes[size] = itsHomes;
        centres[size] = centre;
        size++;
        rowBytes += rowBytes(size - 1);
    }

    private void grow() {
        int more = size < CAPACITY_DOUBLES ? size : size / GROWTH;
        int capacity = Math.addExact(size, more);
        vectors = Arrays.copyOf(vectors, Math.multiplyExact(capacity, vectorBytes));
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
        if (at < size) {
            System.arraycopy(vectors, size * vectorBytes, vectors, at * vectorBytes, vectorBytes);
            inverseNorms[at] = inverseNorms[size];
            records[at] = records[size];
            idHashes[at] = idHashes[size];
            eventTimes[at] = eventTimes[size];
            homes[at] = homes[size];
            centres[at] = centres[size];
        }
        records[size] = null;
        homes[size] = null;
    }

    private int rowBytes(int at) {
        int vector = rule.packedBytes(vectors, at * vectorBytes);
        return BucketLog.liveBytes(records[at], homes[at].length, vector);
    }
}
