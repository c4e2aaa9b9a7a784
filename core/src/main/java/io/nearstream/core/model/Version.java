package io.nearstream.core.model;

/**
 * The version of a record: deterministic on replay, increasing for each id, comparable between
 * replicas.
 *
 * @param time the largest append time seen in the partition up to the write, milliseconds since
 *     1970
 * @param partition the write's partition
 * @param offset the write's offset; an expiry has the offset of the write that it ends
 */
public record Version(long time, int partition, long offset) implements Comparable<Version> {
    /** Older than every write. */
    public static final Version NONE = new Version(Long.MIN_VALUE, -1, -1);

    @Override
    public int compareTo(Version other) {
        int byTime = Long.compare(time, other.time);
        if (byTime != 0) {
            return byTime;
        }
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
    }

    /** Whether this version replaces the other one. */
    public boolean isNewerThan(Version other) {
        return compareTo(other) > 0;
    }
}
