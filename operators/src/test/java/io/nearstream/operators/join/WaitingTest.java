package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What waits comes out in order, once, in portions that fit. */
class WaitingTest {
    private static final int KEYS = 4;
    private static final int MESSAGE_BYTES = 10;
    private static final int LARGE_BYTES = 30_000;

    /** A message is its time in thousands, and what orders those of a time. */
    private static final long SCALE = 1_000;

    /** Sends each portion on as it comes out. */
    private static final class Portions extends AbstractStreamOperator<List<Long>>
            implements OneInputStreamOperator<Long, List<Long>> {
        private static final long serialVersionUID = 1L;
        private static final String NAME = "waiting";

        private final long bytesMax;
        private final int messageBytes;
        private transient Waiting<Long, Long> waiting;

        /** How often somebody looked at a message. */
        private transient long looks;

        private Portions(long bytesMax, int messageBytes) {
            this.bytesMax = bytesMax;
            this.messageBytes = messageBytes;
        }

        @Override
        public void open() throws Exception {
            super.open();
            waiting =
                    new Waiting<>(
                            getPartitionedState(
                                    VoidNamespace.INSTANCE,
                                    VoidNamespaceSerializer.INSTANCE,
                                    Waiting.descriptor(NAME, LongSerializer.INSTANCE)),
                            getKeyedStateBackend(),
                            NAME,
                            this::setCurrentKey,
                            new Waiting.Kind<Long>(
                                    this::time, Comparator.naturalOrder(), of -> messageBytes),
                            bytesMax);
        }

        private long time(long message) {
            looks++;
            return message / SCALE;
        }

        @Override
        public void processElement(StreamRecord<Long> element) throws Exception {
            waiting.add(key(element.getValue()), element.getValue());
        }

        void addOf(long key, long message) throws Exception {
            setCurrentKey(key);
            waiting.add(key, message);
        }

        @Override
        public void processWatermark(Watermark mark) throws Exception {
            waiting.release(
                    mark.getTimestamp(),
                    (key, messages) ->
                            output.collect(new StreamRecord<>(new ArrayList<>(messages))));
        }

        @Override
        public void snapshotState(StateSnapshotContext context) throws Exception {
            super.snapshotState(context);
            waiting.spill();
        }
    }

    private static long key(long message) {
        return message % KEYS;
    }

    private static KeyedOneInputStreamOperatorTestHarness<Long, Long, List<Long>> open(
            long bytesMax, int messageBytes, List<OperatorSubtaskState> from) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new Portions(bytesMax, messageBytes),
                        WaitingTest::key,
                        Types.LONG,
                        8,
                        1,
                        0);
        harness.setup(new ListSerializer<>(LongSerializer.INSTANCE));
        for (OperatorSubtaskState state : from) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    @Test
    void allComesOutInOrderOnceInPortionsThatFit() {
        AtomicLong portions = new AtomicLong();
        Property.holds(100, random -> portions.addAndGet(run(random)));
        assertThat(portions.get()).as("keys with several portions at once").isPositive();
    }

    /** Each key's messages fit; those of all of them do not. */
    @Test
    void whatIsNotDueYetStaysInTheState() throws Exception {
        int keys = 200;
        long bytesMax = 50 * MESSAGE_BYTES;
        var operator = new Portions(bytesMax, MESSAGE_BYTES);
        try (var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        operator, (Long message) -> message % keys, Types.LONG, 8, 1, 0)) {
            harness.setup(new ListSerializer<>(LongSerializer.INSTANCE));
            harness.open();
            for (long key = 0; key < keys; key++) {
                for (int late = 0; late < 5; late++) {
                    // Of time 1 and of time 1,000,000: only the first is due.
                    long time = late == 0 ? 1 : 1_000_000;
                    operator.addOf(key, time * SCALE + late);
                }
            }
            harness.processWatermark(1);
            assertThat(harness.extractOutputValues()).hasSize(keys);
            assertThat(operator.waiting.bytes()).isLessThanOrEqualTo(bytesMax);
            harness.getOutput().clear();
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(harness.extractOutputValues()).hasSize(keys);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    /** Else each watermark would cost as much as all that waits, which may be hours of a stream. */
    @Test
    void whatIsNotDueIsNotRead() throws Exception {
        int ahead = 20_000;
        int watermarks = 200;
        int messageBytes = 1_000; // some 66 in a part of the state
        var operator = new Portions(100 * messageBytes, messageBytes);
        try (var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        operator, (Long message) -> 0L, Types.LONG, 8, 1, 0)) {
            harness.setup(new ListSerializer<>(LongSerializer.INSTANCE));
            harness.open();
            for (int i = 0; i < ahead; i++) {
                operator.addOf(0, (1_000_000L + i) * SCALE);
            }
            operator.looks = 0;
            for (int time = 0; time < watermarks; time++) {
                operator.addOf(0, time * SCALE);
                harness.processWatermark(time);
            }
            assertThat(harness.extractOutputValues()).hasSize(watermarks);
            assertThat(operator.looks).isLessThan(ahead);
        }
    }

    private static long run(SplittableRandom random) throws Exception {
        // Of small ones all that is written at once is one part of the state; of large ones three.
        int messageBytes = random.nextBoolean() ? MESSAGE_BYTES : LARGE_BYTES;
        long bytesMax = (1 + random.nextInt(400)) * (messageBytes / 10L);
        Map<Long, List<Long>> expected = new HashMap<>();
        Map<Long, List<Long>> came = new HashMap<>();
        List<OperatorSubtaskState> newest = List.of();
        long time = 10;
        long several = 0;
        for (int attempt = 0; attempt < 3; attempt++) {
            try (var harness = open(bytesMax, messageBytes, newest)) {
                for (int step = 0; step < 12; step++) {
                    for (int i = random.nextInt(60); i > 0; i--) {
                        long message = (time + random.nextInt(8)) * SCALE + random.nextInt(6);
                        harness.processElement(message, 0);
                        expected.computeIfAbsent(key(message), k -> new ArrayList<>()).add(message);
                    }
                    if (random.nextInt(3) == 0) {
                        harness.snapshot(step, 0);
                    }
                    if (random.nextBoolean()) {
                        harness.processWatermark(time - 1);
                        several += take(harness, came, bytesMax / messageBytes, time - 1);
                        time += random.nextInt(9);
                    }
                }
                newest = List.of(harness.snapshot(99, 0));
            }
        }
        try (var harness = open(bytesMax, messageBytes, newest)) {
            harness.processWatermark(Long.MAX_VALUE);
            several += take(harness, came, bytesMax / messageBytes, Long.MAX_VALUE);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
        expected.values().forEach(messages -> messages.sort(Comparator.naturalOrder()));
        assertThat(came).isEqualTo(expected);
        return several;
    }

    /** How many keys had several portions. */
    private static long take(
            KeyedOneInputStreamOperatorTestHarness<Long, Long, List<Long>> harness,
            Map<Long, List<Long>> came,
            long most,
            long watermark) {
        Map<Long, Integer> portions = new HashMap<>();
        for (List<Long> portion : harness.extractOutputValues()) {
            assertThat(portion).isNotEmpty().isSorted();
            assertThat(portion.get(portion.size() - 1) / SCALE).isLessThanOrEqualTo(watermark);
            long first = portion.get(0);
            boolean equal = portion.stream().allMatch(message -> message == first);
            assertThat(equal || portion.size() <= most).as("%s of %d", portion, most).isTrue();
            portions.merge(key(first), 1, Integer::sum);
            List<Long> before = came.computeIfAbsent(key(first), k -> new ArrayList<>());
            if (!before.isEmpty()) {
                assertThat(first).isGreaterThanOrEqualTo(before.get(before.size() - 1));
            }
            before.addAll(portion);
        }
        harness.getOutput().clear();
        return portions.values().stream().filter(count -> count > 1).count();
    }
}
