package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.CoarseColumns;
import io.nearstream.core.topk.CandidateTable;
import io.nearstream.jobs.query.entry.EntryRow;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * The rows of one bucket in the order of its log, by reference into its blocks. What a search needs
 * of every row lies beside, in columns: most rows are never looked at themselves. Not thread-safe;
 * valid until the bucket is next written.
 */
final class BucketRows {
    private static final int ROWS_FIRST = 16;

    /** Of all columns together, by row. */
    private static final int COLUMN_BYTES = 4 + 4 + 8 + 8 + 4 + 8;

    private byte[][] data = new byte[ROWS_FIRST][];
    private int[] at = new int[ROWS_FIRST];
    private long[] idHashes = new long[ROWS_FIRST];
    private long[] times = new long[ROWS_FIRST];
    private int[] partitions = new int[ROWS_FIRST];
    private long[] offsets = new long[ROWS_FIRST];
    private int count;
    private int blocks;
    private long bytes;
    private boolean hasVoid;
    private boolean mayExpire;
    private boolean searched;
    @Nullable private CoarseColumns coarse;

    /** Adds the rows of a block. */
    void addBlock(byte[] block, int length) {
        blocks++;
        bytes += length;
        for (int row = 0; row < length; row += EntryRow.length(block, row)) {
            hasVoid |= EntryRow.voidsEarlier(block, row);
            add(block, row);
        }
    }

    private void add(byte[] block, int row) {
        if (count == data.length) {
            int capacity = 2 * count;
            data = Arrays.copyOf(data, capacity);
            at = Arrays.copyOf(at, capacity);
            idHashes = Arrays.copyOf(idHashes, capacity);
            times = Arrays.copyOf(times, capacity);
            partitions = Arrays.copyOf(partitions, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
        }
        data[count] = block;
        at[count] = row;
        idHashes[count] = EntryRow.idHash(block, row);
        times[count] = EntryRow.time(block, row);
        partitions[count] = EntryRow.partition(block, row);
        offsets[count] = EntryRow.offset(block, row);
        mayExpire |= EntryRow.expiresAt(block, row) != IndexChange.NEVER;
        count++;
    }

    int count() {
        return count;
    }

    int blocks() {
        return blocks;
    }

    /** Bytes of the bucket's log, garbage included. */
    long bytes() {
        return bytes;
    }

    /** Bytes of heap that these rows take, about. */
    long heapBytes() {
        return bytes
                + (long) COLUMN_BYTES * data.length
                + (coarse == null ? 0 : coarse.heapBytes());
    }

    /**
     * Codes of all rows, made at the second search: rows that are read for one search only would
     * take longer to code than to score. Another code, of a newer generation, takes their place.
     */
    @Nullable
    CoarseColumns coarse(CoarseCode code) {
        boolean known = coarse != null && coarse.code() == code;
        if (!known) {
            coarse = searched ? new CoarseColumns(code) : null;
        }
        searched = true;
        if (coarse != null) {
            coarse.reserve(count);
            for (int row = coarse.count(); row < count; row++) {
                coarse.add(data[row], EntryRow.vectorAt(data[row], at[row], code.vectorBytes()));
            }
        }
        return coarse;
    }

    /** Rows that have a code. */
    int coded() {
        return coarse == null ? 0 : coarse.count();
    }

    /** Puts a row into the table. */
    int addTo(CandidateTable table, int row, int ref) {
        return table.add(idHashes[row], times[row], partitions[row], offsets[row], ref);
    }

    long idHash(int row) {
        return idHashes[row];
    }

    byte[] data(int row) {
        return data[row];
    }

    int at(int row) {
        return at[row];
    }

    /** Whether some rows have an expiry. */
    boolean mayExpire() {
        return mayExpire;
    }

    /** Whether some rows may be void: removals, what they remove, what a later row replaces. */
    boolean hasVoid() {
        return hasVoid;
    }

    /** Bytes of the rows, which are less than those of the log once void rows are left out. */
    long rowBytes() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += EntryRow.length(data[i], at[i]);
        }
        return sum;
    }

    /** Whether a row has the same id as a row of other rows. */
    boolean isSameId(int row, BucketRows other, int otherRow) {
        byte[] block = data[row];
        int idAt = EntryRow.idAt(block, at[row]);
        byte[] otherBlock = other.data[otherRow];
        int otherIdAt = EntryRow.idAt(otherBlock, other.at[otherRow]);
        return Arrays.equals(
                block,
                idAt,
                idAt + EntryRow.idLength(block, at[row]),
                otherBlock,
                otherIdAt,
                otherIdAt + EntryRow.idLength(otherBlock, other.at[otherRow]));
    }

    /** The live row of an id for an answer; these rows hold no void ones. */
    Optional<byte[]> find(String id, long asOf, int vectorBytes, boolean withVector) {
        for (int i = 0; i < count; i++) {
            if (EntryRow.id(data[i], at[i]).equals(id)) {
                return EntryRow.expiresAt(data[i], at[i]) <= asOf
                        ? Optional.empty()
                        : Optional.of(EntryRow.forAnswer(data[i], at[i], vectorBytes, withVector));
            }
        }
        return Optional.empty();
    }

    /** The live rows alone: the last row of an id in the log decides. */
    BucketRows live() {
        if (!hasVoid) {
            return this;
        }
        boolean[] isLive = new boolean[count];
        Set<ByteBuffer> later = new HashSet<>();
        for (int i = count - 1; i >= 0; i--) {
            byte[] block = data[i];
            int idAt = EntryRow.idAt(block, at[i]);
            boolean last = later.add(ByteBuffer.wrap(block, idAt, EntryRow.idLength(block, at[i])));
            isLive[i] = last && !EntryRow.isRemoval(block, at[i]);
        }
        BucketRows live = new BucketRows();
        live.blocks = blocks;
        live.bytes = bytes;
        for (int i = 0; i < count; i++) {
            if (isLive[i]) {
                live.add(data[i], at[i]);
            }
        }
        live.searched = searched;
        live.coarse = coarse == null ? null : coarse.only(isLive);
        return live;
    }

    /** Takes the codes over from rows that are the same, in the same order, in other blocks. */
    void takeCodes(BucketRows same) {
        searched = same.searched;
        coarse = same.coarse;
    }
}
