package io.nearstream.core.join;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes that are gathered, big endian, as {@link java.io.DataOutput} has them; without its locks,
 * and nothing on the heap while there are none. Belongs to one thread.
 */
final class LogBytes {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final byte[] NONE = {};
    private static final int ONE_BYTE_MAX = 0x7f;
    private static final int TWO_BYTES_MAX = 0x7ff;
    private static final int SIX_BITS = 0x3f;
    private static final int UTF_BYTES_MAX = 0xffff;

    private byte[] bytes = NONE;
    private int size;

    /** Makes room for so many more bytes; must be called before they are put. */
    void room(int more) {
        int wanted = Math.addExact(size, more);
        if (wanted > bytes.length) {
            int twice = (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - Long.BYTES);
            bytes = Arrays.copyOf(bytes, Math.max(wanted, twice));
        }
    }

    void putByte(int value) {
        bytes[size++] = (byte) value;
    }

    void putShort(int value) {
        SHORT.set(bytes, size, (short) value);
        size += Short.BYTES;
    }

    void putInt(int value) {
        INT.set(bytes, size, value);
        size += Integer.BYTES;
    }

    void putLong(long value) {
        LONG.set(bytes, size, value);
        size += Long.BYTES;
    }

    void putBytes(byte[] value) {
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** As {@link java.io.DataOutput#writeUTF}: a length, and one to three bytes for each char. */
    void putUtf(String text) {
        int length = utfBytes(text);
        if (length > UTF_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "An id must have at most %d bytes, but one has %d."
                            .formatted(UTF_BYTES_MAX, length));
        }
        putShort(length);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != 0 && c <= ONE_BYTE_MAX) {
                putByte(c);
            } else if (c <= TWO_BYTES_MAX) {
                putByte(0xc0 | c >> 6);
                putByte(0x80 | c & SIX_BITS);
            } else {
                putByte(0xe0 | c >> 12);
                putByte(0x80 | c >> 6 & SIX_BITS);
                putByte(0x80 | c & SIX_BITS);
            }
        }
    }

    /** What {@link #putUtf} puts behind the length. */
    static int utfBytes(String text) {
        int count = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            count += c > TWO_BYTES_MAX ? 2 : c > ONE_BYTE_MAX || c == 0 ? 1 : 0;
        }
        return count;
    }

    int size() {
        return size;
    }

    /** All bytes since the last call. */
    byte[] drain() {
        byte[] all = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        bytes = NONE;
        size = 0;
        return all;
    }
}
