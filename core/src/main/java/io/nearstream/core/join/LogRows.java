package io.nearstream.core.join;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link LogBytes} gathered. Every method throws {@link BufferUnderflowException} where
 * there are fewer bytes than it needs. Belongs to one thread.
 */
final class LogRows {
    private static final int[] NO_INTS = {};

    private final ByteBuffer bytes;

    LogRows(byte[] block) {
        bytes = ByteBuffer.wrap(block);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    byte getByte() {
        return bytes.get();
    }

    int getShort() {
        return bytes.getShort();
    }

    int getInt() {
        return bytes.getInt();
    }

    long getLong() {
        return bytes.getLong();
    }

    byte[] getBytes(int count) {
        byte[] value = new byte[within(count)];
        bytes.get(value);
        return value;
    }

    int[] getInts(int count) {
        if (count == 0) {
            return NO_INTS;
        }
        int[] value = new int[within(count)];
        for (int i = 0; i < count; i++) {
            value[i] = bytes.getInt();
        }
        return value;
    }

    /** No more is allocated for a count that is none than there are bytes. */
    private int within(int count) {
        if (count < 0 || count > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        return count;
    }

    String getUtf() {
        int start = bytes.position();
        int length = Short.toUnsignedInt(bytes.getShort());
        within(length);
        byte[] block = bytes.array();
        boolean plain = true;
        for (int i = 0; i < length && plain; i++) {
            plain = block[start + Short.BYTES + i] > 0;
        }
        bytes.position(start + Short.BYTES + length);
        if (plain) {
            return new String(block, start + Short.BYTES, length, StandardCharsets.US_ASCII);
        }
        try {
            return new DataInputStream(new ByteArrayInputStream(block, start, Short.BYTES + length))
                    .readUTF();
        } catch (IOException broken) {
            throw new IllegalArgumentException("The log of a bucket has no text.", broken);
        }
    }
}
