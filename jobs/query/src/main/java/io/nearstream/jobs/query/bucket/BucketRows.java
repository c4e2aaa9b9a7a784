package io.nearstream.jobs.query.bucket;

import io.nearstream.core.topk.CandidateTable;
import io.nearstream.jobs.query.entry.EntryRow;
import java.util.Arrays;
import java.util.Optional;

/**
 * The rows of one bucket in the order of its log, by reference into its blocks. Not thread-safe;
 * valid until the bucket is next written.
 */
final class BucketRows {
    private byte[][] data = new byte[128][];
    private int[] at = new int[128];
    private int count;
    private int blocks;
    private long bytes;
    private int garbageAtMost;

    /** Adds the rows of a block. */
    void addBlock(byte[] block, int length) {
        blocks++;
        bytes += length;
        for (int row = 0; row < length; row += EntryRow.length(block, row)) {
            if (count == data.length) {
                data = Arrays.copyOf(data, 2 * count);
                at = Arrays.copyOf(at, 2 * count);
            }
            if (EntryRow.voidsEarlier(block, row)) {
                garbageAtMost += EntryRow.isRemoval(block, row) ? 2 : 1;
            }
            data[count] = block;
            at[count] = row;
            count++;
        }
    }

    int count() {
        return count;
    }

    int blocks() {
        return blocks;
    }

    long bytes() {
        return bytes;
    }

    byte[] data(int row) {
        return data[row];
    }

    int at(int row) {
        return at[row];
    }

    /** Rows that may be void, at most: a removal and what it removes, what a row replaces. */
    int garbageAtMost() {
        return garbageAtMost;
    }

    /** Whether half of the rows or more may be void. */
    boolean isPoor() {
        return garbageAtMost > 0 && 2 * garbageAtMost >= count;
    }

    /**
     * Puts a row into the table, as one of its current bucket.
     *
     * @return its candidate's ordinal, or {@link CandidateTable#SUPERSEDED}
     */
    int addTo(CandidateTable table, int row, int ref) {
        byte[] block = data[row];
        int start = at[row];
        return table.add(
                EntryRow.idHash(block, start),
                block,
                EntryRow.idAt(block, start),
                EntryRow.idLength(block, start),
                EntryRow.time(block, start),
                EntryRow.partition(block, start),
                EntryRow.offset(block, start),
                EntryRow.isRemoval(block, start),
                ref);
    }

    /**
     * The row of an id for an answer: the last one in the log decides.
     *
     * @param asOf what has expired by then is gone
     */
    Optional<byte[]> find(String id, long asOf, int vectorBytes, boolean withVector) {
        for (int i = count - 1; i >= 0; i--) {
            if (EntryRow.id(data[i], at[i]).equals(id)) {
                boolean gone =
                        EntryRow.isRemoval(data[i], at[i])
                                || EntryRow.expiresAt(data[i], at[i]) <= asOf;
                return gone
                        ? Optional.empty()
                        : Optional.of(EntryRow.forAnswer(data[i], at[i], vectorBytes, withVector));
            }
        }
        return Optional.empty();
    }

    /** The live rows alone, by the bucket's own log. */
    BucketRows live(CandidateTable table) {
        if (garbageAtMost == 0) {
            return this;
        }
        table.reset();
        table.nextBucket();
        for (int i = 0; i < count; i++) {
            addTo(table, i, i);
        }
        BucketRows live = new BucketRows();
        live.blocks = blocks;
        live.data = new byte[Math.max(1, table.size())][];
        live.at = new int[Math.max(1, table.size())];
        for (int ordinal = 0; ordinal < table.size(); ordinal++) {
            if (!table.isRemoved(ordinal)) {
                int ref = table.ref(ordinal);
                live.data[live.count] = data[ref];
                live.at[live.count] = at[ref];
                live.bytes += EntryRow.length(data[ref], at[ref]);
                live.count++;
            }
        }
        return live;
    }
}
