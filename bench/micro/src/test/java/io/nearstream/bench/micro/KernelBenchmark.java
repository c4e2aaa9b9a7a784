package io.nearstream.bench.micro;

import io.nearstream.kernels.BlockProbe;
import io.nearstream.kernels.Kernels;
import io.nearstream.kernels.RowBlocks;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** One call of each kernel. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelBenchmark extends MicroBenchmark {
    @Param({"100", "784"})
    public int dimensions;

    @Param({"best", "scalar"})
    public String which;

    /** Rows of each input; a call takes the next. */
    private static final int ROWS = 64;

    private static final int PADDING = 8;

    private static final int BLOCKS = 4;

    private Kernels kernels;
    private byte[] a;
    private byte[] b;
    private byte[] halves;
    private long[] planes;
    private float[] values;
    private RowBlocks rows;
    private BlockProbe probe;
    private int[] blocks;
    private int[] within;
    private int words;
    private int rowBytes;

    @Setup
    public void fill() {
        kernels = which.equals("best") ? Kernels.best() : Kernels.scalar();
        SplittableRandom random = new SplittableRandom(1);
        rowBytes = Float.BYTES * dimensions;
        a = new byte[ROWS * rowBytes + PADDING];
        b = new byte[ROWS * rowBytes + PADDING];
        halves = new byte[ROWS * rowBytes + PADDING];
        for (int i = 0; i < a.length; i++) { // small, finite floats
            a[i] = (byte) (i % 4 == 3 ? 0x3f : random.nextInt(128));
            b[i] = (byte) (i % 4 == 3 ? 0x3f : random.nextInt(128));
        }
        for (int i = 0; i < halves.length; i++) {
            halves[i] = (byte) (i % 2 == 1 ? 0x3c : random.nextInt(256));
        }
        words = (dimensions + 63) / 64;
        planes = new long[words * Kernels.PLANES];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = random.nextLong();
        }
        values = new float[1_024];
        fillBlocks(random);
    }

    private void fillBlocks(SplittableRandom random) {
        rows = new RowBlocks(dimensions);
        rows.reserve(BLOCKS);
        byte[] nibbles = new byte[dimensions];
        for (int row = 0; row < BLOCKS * RowBlocks.ROWS; row++) {
            for (int i = 0; i < dimensions; i++) {
                nibbles[i] = (byte) random.nextInt(16);
            }
            rows.put(row, nibbles);
        }
        probe = new BlockProbe(dimensions);
        int[] ones = new int[dimensions];
        Arrays.fill(ones, 1);
        probe.set(ones, new int[BlockProbe.parts(dimensions)]);
        blocks = IntStream.range(0, BLOCKS).toArray();
        within = new int[BLOCKS];
    }

    /** Where this call's row begins. */
    private int row() {
        return next(ROWS) * rowBytes;
    }

    @Benchmark
    public float squaredL2Float32() {
        int at = row();
        return kernels.squaredL2Float32(a, at, b, at, dimensions);
    }

    @Benchmark
    public int squaredL2Uint8() {
        int at = row();
        return kernels.squaredL2Uint8(a, at, b, at, dimensions);
    }

    @Benchmark
    public int dotInt8() {
        int at = row();
        return kernels.dotInt8(a, at, b, at, dimensions);
    }

    @Benchmark
    public int hamming() {
        int at = row();
        return kernels.hamming(a, at, b, at, dimensions / Byte.SIZE);
    }

    @Benchmark
    public int dotNibbles() {
        int at = row();
        return kernels.dotNibbles(a, at, b, at, dimensions / 2);
    }

    @Benchmark
    public int dotBits() {
        return kernels.dotBits(planes, b, row(), words);
    }

    @Benchmark
    public float dotHalves() {
        int at = row();
        return kernels.dotHalves(a, at, halves, at, dimensions / 2);
    }

    /** Four blocks of 32 rows. */
    @Benchmark
    public int[] rowsWithin() {
        kernels.rowsWithin(probe, rows, blocks, BLOCKS, within);
        return within;
    }

    /** Of as many values as the largest power of two holds; they are all 0. */
    @Benchmark
    public float[] walshHadamard() {
        kernels.walshHadamard(values, 0, Integer.highestOneBit(dimensions));
        return values;
    }
}
