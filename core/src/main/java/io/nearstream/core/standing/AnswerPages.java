package io.nearstream.core.standing;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What queries know and have told, written many to a row: a write of a record touches some twenty
 * queries, so at a checkpoint most have changed, and a row for each would cost more than the
 * writes. A query has a slot of its own while it stands; neighbours share a page. Belongs to one
 * thread.
 *
 * <p>A page, big endian: format (byte), 1; number of queries (int32); for each its slot (int32),
 * key, sequence (int64), start (int64) and count (int32) of the second in which differences are
 * counted, limited until (int64), complete (byte), bound (float64, id), int32 count and each
 * record's number (int32). Keys and ids are an int32 length and UTF-8. Scores are not written: they
 * come from the vectors.
 */
final class AnswerPages {
    /** Queries of a page. */
    static final int QUERIES = 1 << 4;

    private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(QUERIES);
    private static final byte FORMAT = 1;

    /** Bytes of a query, beside its key, its bound's id and its records. */
    private static final int QUERY_BYTES = 4 * Long.BYTES + 5 * Integer.BYTES + 1;

    private static final int BUFFER_FIRST = 4 << 10;

    private final Answers answers;
    private final BitSet unwritten = new BitSet();
    private final Map<String, Placed> placed = new HashMap<>();
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_FIRST);
    private boolean paged;

    /** A query of a page that was read and whose definition has not come yet. */
    private record Placed(int slot, ByteBuffer row) {}

    AnswerPages(Answers answers) {
        this.answers = answers;
    }

    /** The query of a slot has come, gone or changed. */
    void touch(int slot) {
        unwritten.set(slot >>> PAGE_SHIFT);
    }

    /** Writes the pages that changed since the last call. */
    void flush(ShardStore store) throws Exception {
        for (int page = unwritten.nextSetBit(0); page >= 0; page = unwritten.nextSetBit(page + 1)) {
            String number = Integer.toString(page);
            if (write(page)) {
                byte[] row = new byte[buffer.flip().limit()];
                buffer.get(row);
                store.put(ShardStore.Part.PAGES, number, row);
            } else {
                store.remove(ShardStore.Part.PAGES, number);
            }
        }
        unwritten.clear();
    }

    /** Whether there is any query in a page; then the buffer has its row. */
    private boolean write(int page) {
        buffer.clear();
        buffer.put(FORMAT).putInt(0);
        int count = 0;
        int end = Math.min((page + 1) << PAGE_SHIFT, answers.slots());
        for (int slot = page << PAGE_SHIFT; slot < end; slot++) {
            if (!answers.isFree(slot)) {
                write(slot, answers.query(slot));
                count++;
            }
        }
        buffer.putInt(1, count);
        return count > 0;
    }

    private void write(int slot, Standing standing) {
        Known known = standing.known();
        byte[] key = standing.key().getBytes(StandardCharsets.UTF_8);
        byte[] boundId = known.boundId().getBytes(StandardCharsets.UTF_8);
        room(QUERY_BYTES + key.length + boundId.length + known.size() * Integer.BYTES);
        buffer.putInt(slot).putInt(key.length).put(key);
        buffer.putLong(standing.sequence);
        buffer.putLong(standing.windowStart).putInt(standing.windowCount);
        buffer.putLong(standing.limitedUntil);
        buffer.put((byte) (known.complete() ? 1 : 0));
        buffer.putDouble(known.boundScore()).putInt(boundId.length).put(boundId);
        buffer.putInt(known.size());
        for (int i = 0; i < known.size(); i++) {
            buffer.putInt(known.slot(i));
        }
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes) {
            int more = Math.max(buffer.capacity(), bytes);
            ByteBuffer grown = ByteBuffer.allocate(Math.addExact(buffer.capacity(), more));
            buffer = grown.put(buffer.flip());
        }
    }

    /** Reads a page; its queries wait for {@link #restore}. */
    void read(byte[] row) {
        if (row.length == 0 || row[0] != FORMAT) {
            throw new IllegalArgumentException(
                    "A page of answers has format %s, but this version reads %d. Start the version that wrote the savepoint, or without state."
                            .formatted(row.length == 0 ? "none" : row[0], FORMAT));
        }
        paged = true;
        ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
        try {
            for (int left = in.getInt(); left > 0; left--) {
                int slot = in.getInt();
                String key = text(in);
                placed.put(key, new Placed(slot, in.duplicate()));
                skip(in, 3 * Long.BYTES + Integer.BYTES + 1 + Double.BYTES);
                skip(in, in.getInt());
                skip(in, in.getInt() * Integer.BYTES);
            }
        } catch (BufferUnderflowException | IllegalArgumentException broken) {
            throw new IllegalArgumentException("A page of answers ends too early.", broken);
        }
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void skip(ByteBuffer in, int bytes) {
        in.position(in.position() + bytes);
    }

    /**
     * Puts a query back into its slot, with what it knew: the records are there already.
     *
     * @return its slot; -1 if there are no pages: older state has a row for each query
     */
    int restore(String key, Standing standing) {
        Placed at = placed.remove(key);
        if (at == null && !paged) {
            return -1;
        }
        if (at == null) {
            throw new IllegalArgumentException(
                    "The state has the query '%s', but not what it knew.".formatted(key));
        }
        ByteBuffer in = at.row();
        answers.put(at.slot(), standing);
        standing.sequence = in.getLong();
        standing.windowStart = in.getLong();
        standing.windowCount = in.getInt();
        standing.limitedUntil = in.getLong();
        final boolean complete = in.get() == 1;
        final double boundScore = in.getDouble();
        final String boundId = text(in);
        for (int left = in.getInt(); left > 0; left--) {
            answers.restore(at.slot(), in.getInt());
        }
        if (!complete) {
            standing.known().boundAt(boundScore, boundId);
        }
        answers.restored(at.slot());
        return at.slot();
    }

    /** All queries are back. */
    void restored() {
        paged = false;
        if (!placed.isEmpty()) {
            throw new IllegalArgumentException(
                    "The state has answers of queries that it does not have: %s."
                            .formatted(new TreeMap<>(placed).firstKey()));
        }
    }
}
