package io.nearstream.core.partition;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** 64-bit hashes that are the same in every JVM. Not for use against an adversary. */
public final class StableHash {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private StableHash() {}

    /** The hash of a range of bytes. */
    public static long of(byte[] data, int offset, int length) {
        long hash = mix(GOLDEN ^ length);
        int end = offset + length;
        int i = offset;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            hash = mix((hash ^ (long) LONG.get(data, i)) + GOLDEN);
        }
        long rest = 0;
        for (int shift = 0; i < end; i++, shift += Byte.SIZE) {
            rest |= (data[i] & 0xffL) << shift;
        }
        return mix((hash ^ rest) + GOLDEN);
    }

    /** The hash of a string. */
    public static long of(String value) {
        return mix(value.hashCode() + GOLDEN * value.length());
    }

    /** Spreads a number over 64 bits, one to one (the finalizer of SplitMix64). */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
