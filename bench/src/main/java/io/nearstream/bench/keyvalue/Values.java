package io.nearstream.bench.keyvalue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Values that say what they are: the number of their key (int64), a sequence number (int64), and a
 * fill that follows from both and that no compression shrinks. Little-endian. Thread-safe.
 */
final class Values {
    /** The head, and 8 bytes of fill that vouch for it. */
    static final int LENGTH_MIN = 24;

    private static final int HEAD = 16;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Values() {}

    /** A value of so many bytes, at least {@value #LENGTH_MIN}. */
    static byte[] encode(int key, int sequence, int length) {
        byte[] value = new byte[length];
        LONG.set(value, 0, (long) key);
        LONG.set(value, Long.BYTES, (long) sequence);
        long state = seed(key, sequence);
        int at = HEAD;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            state += GOLDEN;
            LONG.set(value, at, mix(state));
        }
        for (long rest = mix(state + GOLDEN); at < length; at++, rest >>>= Byte.SIZE) {
            value[at] = (byte) rest;
        }
        return value;
    }

    /**
     * The sequence number of a value, or -1 if the value is not what {@link #encode} makes of this
     * key at this length.
     */
    static int check(byte[] value, int key, int length) {
        if (value.length != length || (long) LONG.get(value, 0) != key) {
            return -1;
        }
        long sequence = (long) LONG.get(value, Long.BYTES);
        if (sequence < 1 || sequence > Integer.MAX_VALUE) {
            return -1;
        }
        long state = seed(key, (int) sequence);
        long differences = 0; // not looked at on the way: a right value is the rule
        int at = HEAD;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            state += GOLDEN;
            differences |= (long) LONG.get(value, at) ^ mix(state);
        }
        for (long rest = mix(state + GOLDEN); at < length; at++, rest >>>= Byte.SIZE) {
            differences |= value[at] ^ (byte) rest;
        }
        return differences == 0 ? (int) sequence : -1;
    }

    private static long seed(int key, int sequence) {
        return mix((long) key << Integer.SIZE | sequence);
    }

    /** A bijection that scatters (Steele et al., SplitMix, 2014). */
    static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ a >>> 27) * 0x94D049BB133111EBL;
        return b ^ b >>> 31;
    }
}
