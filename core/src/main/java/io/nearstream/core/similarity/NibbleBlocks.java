package io.nearstream.core.similarity;

import io.nearstream.kernels.BlockProbe;
import io.nearstream.kernels.Kernels;
import io.nearstream.kernels.RowBlocks;
import java.util.Arrays;

/**
 * Vectors of which each value has four bits, in blocks of {@link #ROWS}: which of them may have an
 * inner product with a vector that is as large as they ask for, a block at a time. None is left out
 * that has, up to the rounding of floats, which whoever asks allows for.
 *
 * <p>A row v is w + e with w = s (n - 7.5), n of 0 to 15, a scale s and a rest e; a vector r is S c
 * + f with c of some hundred steps. So v r = s S (n - 7.5) c + w f + e r, and the last two are at
 * most |w| |f| + |e| |r| (Cauchy and Schwarz). The steps of c are as fine as 16 bits allow for: a
 * sum over a part is at most 7.5 sqrt(values of the part) |c|.
 *
 * <p>Belongs to one thread while rows change; then many may look.
 */
public final class NibbleBlocks {
    /** Rows of a block. */
    public static final int ROWS = RowBlocks.ROWS;

    private static final Kernels KERNELS = Kernels.best();
    private static final int LEVELS = 16;
    private static final double MIDDLE = (LEVELS - 1) / 2.0;

    /** Largest sum of a part, less the half that is rounded away from its start. */
    private static final double SUM_MAX = Short.MAX_VALUE - 1;

    /** Scales that are tried for a row, as shares of the one that reaches its largest value. */
    private static final double SHARE_STEP = .05;

    private static final int SHARES = 9;

    /** The numbers of a row, and what each is multiplied with. */
    private static final int SCALE = 0;

    private static final int REST = 1;
    private static final int LENGTH = 2;
    private static final int ASKS = 3;

    private final RowBlocks rows;
    private final byte[] code;

    /** Without rows, for vectors of so many values, at least 1. */
    public NibbleBlocks(int dimensions) {
        this.rows = new RowBlocks(dimensions);
        this.code = new byte[dimensions];
    }

    /** Whether the kernels that run make this worth it. */
    public static boolean worthwhile() {
        return KERNELS.prefersBlocks();
    }

    /**
     * Makes a vector the row of this number, which asks for too much yet: none is near enough.
     *
     * @param values finite, with squares that are floats
     */
    public void put(int row, float[] values) {
        rows.reserve(row / ROWS + 1);
        double most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        float scale = 0;
        double off = Double.POSITIVE_INFINITY;
        for (int i = 0; i < SHARES; i++) {
            float share = (float) (most / MIDDLE * (1 - i * SHARE_STEP));
            double with = off(values, share);
            if (with < off) {
                off = with;
                scale = share;
            }
        }
        double squared = 0;
        for (int i = 0; i < code.length; i++) {
            code[i] = (byte) level(values[i], scale);
            double is = (code[i] - MIDDLE) * scale;
            squared += is * is;
        }
        rows.put(row, code);
        rows.number(row, SCALE, scale);
        rows.number(row, REST, up(Math.sqrt(off)));
        rows.number(row, LENGTH, up(Math.sqrt(squared)));
        rows.number(row, ASKS, Float.NEGATIVE_INFINITY);
    }

    private static int level(float value, float scale) {
        double level = scale > 0 ? value / (double) scale + MIDDLE : 0;
        return (int) Math.max(0, Math.min(LEVELS - 1, Math.round(level)));
    }

    /** The squared length of what is rounded away. */
    private static double off(float[] values, float scale) {
        double off = 0;
        for (float value : values) {
            double apart = value - (level(value, scale) - MIDDLE) * scale;
            off += apart * apart;
        }
        return off;
    }

    /** The next float, for what must not be too small. */
    private static float up(double value) {
        return Math.nextUp((float) value);
    }

    /**
     * How large a row wants the inner product to be from now on.
     *
     * @param least negative infinity, or NaN, for any
     */
    public void ask(int row, double least) {
        float asked = Math.nextDown((float) least);
        rows.number(row, ASKS, Float.isNaN(asked) ? Float.POSITIVE_INFINITY : -asked);
    }

    /** A vector that rows are compared with. Holds scratch: not for several threads. */
    public static final class Probe {
        private final int[] code;
        private final int[] starts;
        private final BlockProbe probe;

        /** For vectors of so many values. */
        public Probe(int dimensions) {
            this.code = new int[dimensions];
            this.starts = new int[BlockProbe.parts(dimensions)];
            this.probe = new BlockProbe(dimensions);
        }

        /** Another vector; its values are finite, and their squares floats. */
        public void set(float[] values) {
            float scale = scale(values);
            double squared = 0;
            double off = 0;
            Arrays.fill(starts, 0);
            for (int i = 0; i < code.length; i++) {
                code[i] = scale > 0 ? (int) Math.rint(values[i] / (double) scale) : 0;
                starts[i / BlockProbe.partValues()] += code[i];
                double apart = values[i] - code[i] * (double) scale;
                squared += (double) values[i] * values[i];
                off += apart * apart;
            }
            for (int part = 0; part < starts.length; part++) {
                starts[part] = -(int) Math.floor(MIDDLE * starts[part]);
            }
            probe.set(code, starts);
            probe.weight(SCALE, scale);
            probe.weight(REST, up(Math.sqrt(squared)));
            probe.weight(LENGTH, up(Math.sqrt(off)));
        }

        /** The finest with which the sum of every part stays within 16 bits. */
        private static float scale(float[] values) {
            double scale = 0;
            int size = BlockProbe.partValues();
            for (int first = 0; first < values.length; first += size) {
                int end = Math.min(values.length, first + size);
                double squared = 0;
                for (int i = first; i < end; i++) {
                    squared += (double) values[i] * values[i];
                }
                // Rounding makes a code longer by half a step for each value at most.
                double root = Math.sqrt(end - first);
                double steps = SUM_MAX / (MIDDLE * root) - root / 2;
                scale = Math.max(scale, Math.sqrt(squared) / steps);
            }
            return up(scale);
        }
    }

    /**
     * Which rows of some blocks may have an inner product with the probe of at least what they ask
     * for and so much more. Rows that were not put may be among them.
     *
     * @param more finite
     * @param blocks numbers of blocks of which any row was put
     * @param count how many of them are meant, the first ones
     * @param within takes for each of them a bit for each row, the lowest for the first
     */
    public void within(Probe probe, double more, int[] blocks, int count, int[] within) {
        probe.probe.weight(ASKS, Math.nextDown((float) more));
        KERNELS.rowsWithin(probe.probe, rows, blocks, count, within);
    }

    /** Bytes of heap. */
    public long heapBytes() {
        return rows.heapBytes();
    }
}
