package io.nearstream.core.codes;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.kernels.Kernels;
import java.util.Arrays;

/** The grids. docs/formats.md says where a dimension lies in a code. */
final class Grids {
    private static final Kernels KERNELS = Kernels.best();
    private static final int BYTE_MAX = 127;

    private Grids() {}

    /** 1 or -1 in each dimension: one bit. */
    record Bits(int dimensions) implements Grid {
        private static final int QUERY_MAX = (1 << (Kernels.PLANES - 1)) - 1;

        @Override
        public int bytes() {
            return (dimensions + Byte.SIZE - 1) / Byte.SIZE;
        }

        @Override
        public void put(float[] values, double squaredLength, float[] levels, byte[] out, int at) {
            Arrays.fill(out, at, at + bytes(), (byte) 0);
            for (int i = 0; i < dimensions; i++) {
                boolean positive = values[i] >= 0;
                levels[i] = positive ? 1 : -1;
                if (positive) {
                    out[at + (i >> 3)] |= (byte) (1 << (i & 7));
                }
            }
        }

        @Override
        public Side side(float[] values) {
            int words = (dimensions + Long.SIZE - 1) / Long.SIZE;
            long[] planes = new long[words * Kernels.PLANES];
            double step = (double) Grid.largest(values) / QUERY_MAX;
            long sum = 0;
            for (int i = 0; i < dimensions; i++) {
                int value = step == 0 ? 0 : (int) Math.rint(values[i] / step);
                sum += value;
                for (int plane = 0; plane < Kernels.PLANES; plane++) {
                    long bit = (value >> plane) & 1;
                    planes[(i >> 6) * Kernels.PLANES + plane] |= bit << (i & 63);
                }
            }
            double all = sum;
            return (codes, at) -> step * (2.0 * KERNELS.dotBits(planes, codes, at, words) - all);
        }
    }

    /** 16 levels around 0, at a distance that is best for normally distributed values. */
    record Nibbles(int dimensions) implements Grid {
        /** Of the levels, over the standard deviation (Max 1960, uniform, 16 levels). */
        private static final double STEP = .3352;

        private static final int LEVELS = 16;
        private static final double MIDDLE = (LEVELS - 1) / 2.0;

        @Override
        public int bytes() {
            return (dimensions + 1) / 2;
        }

        @Override
        public void put(float[] values, double squaredLength, float[] levels, byte[] out, int at) {
            int bytes = bytes();
            float inverse = (float) (Math.sqrt(dimensions / squaredLength) / STEP);
            Arrays.fill(out, at, at + bytes, (byte) 0);
            for (int i = 0; i < dimensions; i++) {
                int level = (int) (values[i] * inverse + LEVELS / 2 + LEVELS) - LEVELS;
                level = Math.max(0, Math.min(LEVELS - 1, level));
                levels[i] = (float) (level - MIDDLE);
                out[at + (i < bytes ? i : i - bytes)] |= (byte) (i < bytes ? level : level << 4);
            }
        }

        @Override
        public Side side(float[] values) {
            int bytes = bytes();
            byte[] query = new byte[2 * bytes + Kernels.SLACK];
            double step = toBytes(values, query);
            long sum = 0;
            for (byte value : query) {
                sum += value;
            }
            double all = MIDDLE * sum;
            return (codes, at) -> step * (KERNELS.dotNibbles(query, 0, codes, at, bytes) - all);
        }
    }

    /** 255 levels between the largest value and its opposite. */
    record Bytes(int dimensions) implements Grid {
        @Override
        public int bytes() {
            return dimensions;
        }

        @Override
        public void put(float[] values, double squaredLength, float[] levels, byte[] out, int at) {
            float inverse = BYTE_MAX / Grid.largest(values);
            for (int i = 0; i < dimensions; i++) {
                int level = Math.round(values[i] * inverse);
                levels[i] = (float) level / BYTE_MAX;
                out[at + i] = (byte) level;
            }
        }

        @Override
        public Side side(float[] values) {
            byte[] query = new byte[dimensions];
            double step = toBytes(values, query) / BYTE_MAX;
            return (codes, at) -> step * KERNELS.dotInt8(query, 0, codes, at, dimensions);
        }
    }

    /** The halves, in the upper part of their range, where few are subnormal. */
    record Halves(int dimensions) implements Grid {
        private static final float SCALE = 0x1p14f;

        @Override
        public int bytes() {
            return pairs() * Integer.BYTES;
        }

        private int pairs() {
            return (dimensions + 1) / 2;
        }

        /** Where a dimension lies: the pairs are of dimensions i and i + pairs. */
        private int index(int dimension) {
            int pairs = pairs();
            return dimension < pairs ? 2 * dimension : 2 * (dimension - pairs) + 1;
        }

        @Override
        public void put(float[] values, double squaredLength, float[] levels, byte[] out, int at) {
            Arrays.fill(out, at, at + bytes(), (byte) 0);
            for (int i = 0; i < dimensions; i++) {
                short half = Vectors.floatToHalf(values[i] * SCALE);
                Vectors.putHalf(out, at, index(i), half);
                levels[i] = Vectors.value(Encoding.FLOAT16, out, at, index(i)) / SCALE;
            }
        }

        @Override
        public Side side(float[] values) {
            int pairs = pairs();
            byte[] query = Vectors.fromFloats(Arrays.copyOf(values, 2 * pairs));
            return (codes, at) -> (double) KERNELS.dotHalves(query, 0, codes, at, pairs) / SCALE;
        }
    }

    /** Rounds values to signed bytes, and returns what a byte is worth. */
    private static double toBytes(float[] values, byte[] out) {
        double step = (double) Grid.largest(values) / BYTE_MAX;
        if (step > 0) {
            for (int i = 0; i < values.length; i++) {
                out[i] = (byte) Math.rint(values[i] / step);
            }
        }
        return step;
    }
}
