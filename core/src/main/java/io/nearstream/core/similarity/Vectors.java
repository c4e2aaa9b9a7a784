package io.nearstream.core.similarity;

import io.nearstream.core.model.Encoding;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads and writes single values of encoded vectors: little endian, no alignment needed. */
public final class Vectors {
    private static final VarHandle FLOAT =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private Vectors() {}

    /** The value with this index of the vector that starts at the offset. */
    public static float value(Encoding encoding, byte[] data, int offset, int index) {
        return switch (encoding) {
            case FLOAT32 -> (float) FLOAT.get(data, offset + Float.BYTES * index);
            case FLOAT16 -> halfToFloat((short) SHORT.get(data, offset + Short.BYTES * index));
            case INT8 -> data[offset + index];
            case UINT8 -> data[offset + index] & 0xff;
            case SET64 -> Sets.at(data, offset, index);
            case BINARY -> data[offset + index / Byte.SIZE] >>> index % Byte.SIZE & 1;
        };
    }

    /** All values of the vector that starts at the offset. */
    public static float[] toFloats(Encoding encoding, byte[] data, int offset, int dimensions) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = value(encoding, data, offset, i);
        }
        return values;
    }

    /** The vector that starts at the offset as float32. */
    public static byte[] toFloat32(Encoding encoding, byte[] data, int offset, int dimensions) {
        byte[] out = new byte[dimensions * Float.BYTES];
        for (int i = 0; i < dimensions; i++) {
            putFloat(out, 0, i, value(encoding, data, offset, i));
        }
        return out;
    }

    /** Values as a float32 vector. */
    public static byte[] fromFloats(float... values) {
        byte[] out = new byte[values.length * Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            putFloat(out, 0, i, values[i]);
        }
        return out;
    }

    /** Writes the float32 with this index of the vector that starts at the offset. */
    public static void putFloat(byte[] data, int offset, int index, float value) {
        FLOAT.set(data, offset + Float.BYTES * index, value);
    }

    /** An IEEE 754 half as a float; exact. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) { // zero or subnormal: fraction * 2^-24
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int bits = exponent == 0x1f ? 0x7f800000 : (exponent + 112) << 23;
        return Float.intBitsToFloat(sign | bits | fraction << 13);
    }

    /** The half nearest to a float, ties to even; infinite from 65,520 on. */
    public static short floatToHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (magnitude != magnitude) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 65_520) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x1p-14f) { // subnormal: a multiple of 2^-24, rounded by the addition
            return (short) (sign | Float.floatToRawIntBits(magnitude + 0.5f) - 0x3f000000);
        }
        int positive = bits & 0x7fffffff;
        int rounded = positive + 0xfff + ((positive >>> 13) & 1);
        return (short) (sign | (rounded - (112 << 23)) >>> 13);
    }

    /** Writes the half with this index of the vector that starts at the offset. */
    public static void putHalf(byte[] data, int offset, int index, short half) {
        SHORT.set(data, offset + Short.BYTES * index, half);
    }
}
