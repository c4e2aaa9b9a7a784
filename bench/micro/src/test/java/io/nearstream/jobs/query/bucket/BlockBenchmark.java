package io.nearstream.jobs.query.bucket;

import io.nearstream.bench.micro.MicroBenchmark;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.entry.EntryRow;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Finding the rows of a bucket that was read: 100 of them, in blocks. */
public class BlockBenchmark extends MicroBenchmark {
    private static final int ROWS = 100;
    private static final int BUCKETS = 16;

    @Param({"400", "784"})
    public int vectorBytes;

    @Param({"1", "10"})
    public int blocks;

    private byte[][][] buckets;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        buckets = new byte[BUCKETS][blocks][];
        for (byte[][] bucket : buckets) {
            for (int block = 0; block < blocks; block++) {
                bucket[block] = block(random, block);
            }
        }
    }

    private byte[] block(SplittableRandom random, int block) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int row = 0; row < ROWS / blocks; row++) {
            byte[] vector = new byte[vectorBytes];
            random.nextBytes(vector);
            String id = "record-" + random.nextInt(1_000_000) + "-" + block + "-" + row;
            Version version = new Version(1_700_000_000_000L + row, 0, row);
            out.writeBytes(
                    EntryRow.put(id, version, 1f, IndexChange.NEVER, List.of(), false, vector));
        }
        return out.toByteArray();
    }

    @Benchmark
    public Object decodeBucketOf100() {
        BucketRows rows = new BucketRows();
        for (byte[] block : buckets[next(BUCKETS)]) {
            rows.addBlock(block, block.length);
        }
        return rows.live();
    }
}
