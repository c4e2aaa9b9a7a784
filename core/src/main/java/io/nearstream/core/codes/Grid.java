package io.nearstream.core.codes;

/**
 * Points with few levels per dimension, among which a code picks the one that points as a vector
 * does. Only the direction matters: lengths go into the code's floats. Thread-safe.
 */
interface Grid {
    /** Bytes of one point. Reads may go {@link LinearCode#FLOATS_BYTES} beyond. */
    int bytes();

    /**
     * Picks a point.
     *
     * @param values below 2 times sqrt(dimensions), not all 0
     * @param squaredLength of the values
     * @param levels takes the point's coordinates
     * @param out takes its bytes from {@code at} on
     */
    void put(float[] values, double squaredLength, float[] levels, byte[] out, int at);

    /** Prepares a query; the result belongs to one thread. */
    Side side(float[] values);

    /** The query's side of inner products with points. */
    interface Side {
        /** The inner product, up to the rounding of the query. */
        double dot(byte[] codes, int at);
    }

    /** The largest value without its sign. */
    static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
