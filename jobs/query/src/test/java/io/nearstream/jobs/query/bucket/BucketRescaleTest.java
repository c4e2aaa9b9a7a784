package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.junit.jupiter.api.Test;

/**
 * At another parallelism whole key groups change hands: no bucket, no row, no code is made anew.
 */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class BucketRescaleTest {
    private static final int RECORDS = 200;
    private static final int ROUNDS = 3;
    private static final int PARALLELISM_MAX = 5;

    @Test
    void everyBlockGoesByteForByteToTheOwnerOfItsKeyGroup() {
        Property.holds(20, this::rescale);
    }

    private void rescale(SplittableRandom random) throws Exception {
        int parallelism = 1 + random.nextInt(PARALLELISM_MAX);
        List<OperatorSubtaskState> states = new ArrayList<>();
        Map<BucketKey, List<ByteBuffer>> blocks = new HashMap<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            try (BucketHarness buckets =
                    BucketHarness.open(Places.learned(), parallelism, subtask)) {
                write(buckets, parallelism, subtask, random);
                states.add(buckets.snapshot(1));
                blocks.putAll(blocks(buckets));
            }
        }
        assertThat(blocks).hasSizeGreaterThan(1);
        for (int round = 2; round < 2 + ROUNDS; round++) {
            parallelism = 1 + random.nextInt(PARALLELISM_MAX);
            states = restoreAll(states, parallelism, round, blocks);
        }
    }

    /** Each row into a bucket of this subtask. */
    private static void write(
            BucketHarness buckets, int parallelism, int subtask, SplittableRandom random)
            throws Exception {
        int[] cells = Samples.PLACES_1.all();
        for (int i = 0; i < RECORDS; i++) {
            int cell = cells[random.nextInt(cells.length)];
            if (subtask == owner(new BucketKey(Places.UID, cell), parallelism)) {
                buckets.append(Places.UID, cell, Places.row("r" + i, i));
            }
        }
    }

    private static int owner(BucketKey bucket, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                bucket, Samples.MAX_PARALLELISM, parallelism);
    }

    private static List<OperatorSubtaskState> restoreAll(
            List<OperatorSubtaskState> states,
            int parallelism,
            int checkpoint,
            Map<BucketKey, List<ByteBuffer>> expected)
            throws Exception {
        List<OperatorSubtaskState> next = new ArrayList<>();
        Map<BucketKey, List<ByteBuffer>> restored = new HashMap<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            try (BucketHarness buckets =
                    BucketHarness.restore(Places.learned(), states, parallelism, subtask)) {
                Map<BucketKey, List<ByteBuffer>> here = blocks(buckets);
                for (BucketKey bucket : here.keySet()) {
                    assertThat(owner(bucket, parallelism)).as("%s", bucket).isEqualTo(subtask);
                    assertThat(restored).doesNotContainKey(bucket);
                }
                restored.putAll(here);
                assertThat(buckets.moves()).as("nothing is placed anew").isEmpty();
                next.add(buckets.snapshot(checkpoint));
            }
        }
        assertThat(restored).isEqualTo(expected);
        return next;
    }

    /** What lies in the state, bucket by bucket. */
    private static Map<BucketKey, List<ByteBuffer>> blocks(BucketHarness buckets) throws Exception {
        KeyedStateBackend<BucketKey> backend =
                ((BucketOperator) buckets.flink().getOperator()).getKeyedStateBackend();
        Map<BucketKey, List<ByteBuffer>> blocks = new HashMap<>();
        backend.applyToAllKeys(
                VoidNamespace.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                new ListStateDescriptor<>("bucket-blocks", BlockSerializer.INSTANCE),
                (BucketKey bucket, ListState<byte[]> state) -> {
                    List<ByteBuffer> here = new ArrayList<>();
                    state.get().forEach(block -> here.add(ByteBuffer.wrap(block.clone())));
                    blocks.put(bucket, here);
                });
        return blocks;
    }
}
