package io.nearstream.bench.micro;

import io.nearstream.kernels.Kernels;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One call of each kernel. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class KernelBenchmark {
    @Param({"100", "784"})
    public int dimensions;

    @Param({"best", "scalar"})
    public String which;

    private Kernels kernels;
    private byte[] a;
    private byte[] b;
    private byte[] halves;
    private long[] planes;
    private float[] values;
    private int words;

    @Setup
    public void fill() {
        kernels = which.equals("best") ? Kernels.best() : Kernels.scalar();
        SplittableRandom random = new SplittableRandom(1);
        a = new byte[4 * dimensions + 8];
        b = new byte[4 * dimensions + 8];
        halves = new byte[2 * dimensions + 8];
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
    }

    @Benchmark
    public float squaredL2Float32() {
        return kernels.squaredL2Float32(a, 0, b, 0, dimensions);
    }

    @Benchmark
    public int squaredL2Uint8() {
        return kernels.squaredL2Uint8(a, 0, b, 0, dimensions);
    }

    @Benchmark
    public int dotInt8() {
        return kernels.dotInt8(a, 0, b, 0, dimensions);
    }

    @Benchmark
    public int dotNibbles() {
        return kernels.dotNibbles(a, 0, b, 0, dimensions / 2);
    }

    @Benchmark
    public int dotBits() {
        return kernels.dotBits(planes, b, 0, words);
    }

    @Benchmark
    public float dotHalves() {
        return kernels.dotHalves(a, 0, halves, 0, dimensions / 2);
    }

    /** Of as many values as the largest power of two holds; they are all 0. */
    @Benchmark
    public float[] walshHadamard() {
        kernels.walshHadamard(values, 0, Integer.highestOneBit(dimensions));
        return values;
    }
}
