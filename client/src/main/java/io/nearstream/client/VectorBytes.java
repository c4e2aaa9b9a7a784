package io.nearstream.client;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Turns numbers into the little-endian bytes in which vectors travel, and back. Thread-safe. */
public final class VectorBytes {
    private static final int HALF_MAX_EXPONENT = 15;
    private static final int HALF_MIN_EXPONENT = -14;
    private static final int HALF_FRACTION_BITS = 10;

    private VectorBytes() {}

    /** A float32 vector. */
    public static byte[] ofFloats(float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /**
     * A set for a collection under Jaccard distance: how SET64 is written.
     *
     * @param dimensions of the collection: the most elements that a set may have
     * @throws IllegalArgumentException unless there are 1 to dimensions different elements
     */
    public static byte[] ofSet(int dimensions, long... elements) {
        return Sets.encode(elements, dimensions);
    }

    /**
     * A vector in an encoding; sets are made by {@link #ofSet}. FLOAT16 rounds to nearest; values
     * beyond its range become infinite.
     *
     * @throws IllegalArgumentException if INT8, UINT8 or BINARY cannot hold a value exactly
     */
    public static byte[] encode(float[] values, Encoding encoding) {
        if (encoding == Encoding.BINARY) {
            return bits(values);
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(encoding.vectorBytes(values.length))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            switch (encoding) {
                case FLOAT32 -> bytes.putFloat(values[i]);
                case FLOAT16 -> bytes.putShort(toHalf(values[i]));
                case INT8 -> bytes.put(whole(values[i], i, Byte.MIN_VALUE, Byte.MAX_VALUE));
                case UINT8 -> bytes.put(whole(values[i], i, 0, 255));
                default -> throw new IllegalArgumentException("Unknown encoding " + encoding);
            }
        }
        return bytes.array();
    }

    /** The numbers of a vector. */
    public static float[] decode(byte[] vector, Encoding encoding) {
        return Vectors.toFloats(encoding, vector, 0, encoding.dimensions(vector.length));
    }

    private static byte[] bits(float[] values) {
        if (values.length % Byte.SIZE != 0) {
            throw new IllegalArgumentException(
                    "dimensions must be a multiple of 8 for BINARY, but were "
                            + values.length
                            + ".");
        }
        byte[] bits = new byte[values.length / Byte.SIZE];
        for (int i = 0; i < values.length; i++) {
            bits[i / Byte.SIZE] |= (byte) (whole(values[i], i, 0, 1) << i % Byte.SIZE);
        }
        return bits;
    }

    private static byte whole(float value, int dimension, int low, int high) {
        int whole = (int) value;
        if (whole != value || whole < low || whole > high) {
            throw new IllegalArgumentException(
                    "dimension %d must be a whole number between %d and %d, but was %s."
                            .formatted(dimension, low, high, value));
        }
        return (byte) whole;
    }

    /** IEEE 754 binary16, round to nearest, ties to even; JDK 20 has it, 17 does not. */
    static short toHalf(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        double magnitude = Math.abs((double) value);
        int exponent = Math.max(HALF_MIN_EXPONENT, Math.getExponent(magnitude));
        if (exponent > HALF_MAX_EXPONENT) {
            return (short) (sign | 0x7c00);
        }
        // The value in units of its last place: a carry into the exponent is already right.
        long units = (long) Math.rint(Math.scalb(magnitude, HALF_FRACTION_BITS - exponent));
        return (short) (sign | (int) (((long) (exponent + 14) << HALF_FRACTION_BITS) + units));
    }
}
