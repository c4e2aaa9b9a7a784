package io.nearstream.core.similarity;

import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Sets of 64-bit numbers in a fixed number of places: ascending, none twice, the last one repeated
 * to the end. So equal sets are equal bytes, and no number is set apart to stand for nothing.
 */
public final class Sets {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Sets() {}

    /** The number in this place of the set that starts at the offset. */
    public static long at(byte[] data, int offset, int place) {
        return (long) LONG.get(data, offset + place * Long.BYTES);
    }

    /** How many numbers a set holds that {@link VectorSpace#check} accepted, 1 to places. */
    public static int size(byte[] data, int offset, int places) {
        long last = at(data, offset, places - 1);
        int low = 0;
        int high = places - 1;
        while (low < high) { // the first place of the last number
            int middle = (low + high) >>> 1;
            if (at(data, offset, middle) < last) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low + 1;
    }

    /**
     * A set in its bytes.
     *
     * @param elements in any order, repeated or not
     * @throws IllegalArgumentException unless there are 1 to places different ones
     */
    public static byte[] encode(long[] elements, int places) {
        long[] sorted = Arrays.stream(elements).sorted().distinct().toArray();
        if (sorted.length < 1 || sorted.length > places) {
            throw new IllegalArgumentException(
                    "A set must have 1 to %d different elements, but has %d."
                            .formatted(places, sorted.length));
        }
        byte[] out = new byte[places * Long.BYTES];
        for (int i = 0; i < places; i++) {
            LONG.set(out, i * Long.BYTES, sorted[Math.min(i, sorted.length - 1)]);
        }
        return out;
    }

    /**
     * A set whose last element is repeated to the end, from its elements with or without any of
     * these repetitions.
     */
    public static byte[] repeated(byte[] elements, int places) {
        int bytes = places * Long.BYTES;
        if (elements.length < Long.BYTES || elements.length >= bytes) {
            return elements;
        }
        byte[] whole = Arrays.copyOf(elements, bytes);
        for (int at = elements.length; at < bytes; at += Long.BYTES) {
            System.arraycopy(elements, elements.length - Long.BYTES, whole, at, Long.BYTES);
        }
        return whole;
    }

    static void check(byte[] vector, int places) throws RefusedException {
        int size = size(vector, 0, places);
        for (int i = 1; i < places; i++) {
            boolean more = at(vector, 0, i - 1) < at(vector, 0, i);
            boolean same = at(vector, 0, i - 1) == at(vector, 0, i);
            if (i < size ? !more : !same) {
                throw new RefusedException(
                        Reason.NO_SET,
                        "vector must hold a set: numbers ascending, none twice, the last repeated to the end, but number %d of 0 to %d is %d after %d."
                                .formatted(i, places - 1, at(vector, 0, i), at(vector, 0, i - 1)));
            }
        }
    }

    /**
     * 1 - |A and B| / |A or B|.
     *
     * @param aSize the size of the set a
     */
    public static double distance(byte[] a, int aSize, byte[] b, int bOffset, int places) {
        int bSize = size(b, bOffset, places);
        int i = 0;
        int j = 0;
        int shared = 0;
        while (i < aSize && j < bSize) {
            long left = at(a, 0, i);
            long right = at(b, bOffset, j);
            shared += left == right ? 1 : 0;
            i += left <= right ? 1 : 0;
            j += right <= left ? 1 : 0;
        }
        return 1 - (double) shared / (aSize + bSize - shared);
    }
}
