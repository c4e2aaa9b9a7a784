package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.entry.EntryRow;
import java.io.ByteArrayOutputStream;
import java.util.List;
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

/** Finding the rows of a bucket that was read: 100 of them, in blocks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class BlockBenchmark {
    private static final int ROWS = 100;

    @Param({"400", "784"})
    public int vectorBytes;

    @Param({"1", "10"})
    public int blocks;

    private byte[][] data;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        data = new byte[blocks][];
        for (int block = 0; block < blocks; block++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int row = 0; row < ROWS / blocks; row++) {
                byte[] vector = new byte[vectorBytes];
                random.nextBytes(vector);
                String id = "record-" + block + "-" + row;
                Version version = new Version(1_700_000_000_000L + row, 0, row);
                out.writeBytes(
                        EntryRow.put(id, version, 1f, IndexChange.NEVER, List.of(), false, vector));
            }
            data[block] = out.toByteArray();
        }
    }

    @Benchmark
    public Object decodeBucketOf100() {
        BucketRows rows = new BucketRows();
        for (byte[] block : data) {
            rows.addBlock(block, block.length);
        }
        return rows.live();
    }
}
