package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketKeySerializer;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.PartialSerializer;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;

/** Drives {@link BucketOperator}: keyed by bucket on the first input only, as in the topology. */
final class BucketHarness implements AutoCloseable {
    static final String JOB = "query";
    static final long POLL_MS = 20;
    static final int BLOCK_BYTES = 1_024;
    static final int TAIL_BYTES = 8_192;
    static final long CACHE_BYTES = 32 << 10;
    static final int FILTER_BUCKETS_MAX = 24;

    /** Fast enough that 256 entries are given up at once. */
    private static final int MOVES_PER_SECOND = 256_000;

    static final int PENDING_MAX = 5;
    static final long DEADLINE_MAX_MS = 5_000;
    private static final AvroWire CONTROL =
            AvroWire.of(IndexMove.getClassSchema(), Settled.getClassSchema());

    private final Flink flink;

    private static final class Flink
            extends TwoInputStreamOperatorTestHarness<BucketOp, ProbeMessage, Partial> {
        private Flink(BucketOperator operator, int parallelism, int subtask) throws Exception {
            super(operator, Samples.MAX_PARALLELISM, parallelism, subtask);
            config.setStatePartitioner(
                    0,
                    (org.apache.flink.api.java.functions.KeySelector<BucketOp, BucketKey>)
                            BucketOp::key);
            config.setStateKeySerializer(BucketKeySerializer.INSTANCE);
            config.serializeAllConfigs();
        }
    }

    private BucketHarness(TestingDirectory directory, int parallelism, int subtask)
            throws Exception {
        this(directory, parallelism, subtask, CACHE_BYTES, 0);
    }

    private BucketHarness(
            TestingDirectory directory,
            int parallelism,
            int subtask,
            long cacheBytes,
            long answerCacheBytes)
            throws Exception {
        BucketSettings settings =
                new BucketSettings(
                        JOB,
                        BLOCK_BYTES,
                        TAIL_BYTES,
                        cacheBytes,
                        answerCacheBytes,
                        FILTER_BUCKETS_MAX,
                        MOVES_PER_SECOND,
                        PENDING_MAX,
                        DEADLINE_MAX_MS,
                        POLL_MS);
        flink = new Flink(new BucketOperator(directory.provider(), settings), parallelism, subtask);
        flink.setup(PartialSerializer.INSTANCE);
    }

    /** The only subtask, with so large a cache; still to be opened. */
    static BucketHarness of(TestingDirectory directory, long cacheBytes) throws Exception {
        return new BucketHarness(directory, 1, 0, cacheBytes, 0);
    }

    void open(StateBackend backend) throws Exception {
        flink.setStateBackend(backend);
        flink.open();
    }

    void open(StateBackend backend, OperatorSubtaskState state) throws Exception {
        flink.setStateBackend(backend);
        flink.initializeState(state);
        flink.open();
    }

    static BucketHarness open(TestingDirectory directory, int parallelism, int subtask)
            throws Exception {
        BucketHarness harness = new BucketHarness(directory, parallelism, subtask);
        harness.flink.open();
        return harness;
    }

    static BucketHarness open(TestingDirectory directory) throws Exception {
        return open(directory, 1, 0);
    }

    /** The only subtask, with a cache of answers. */
    static BucketHarness answering(TestingDirectory directory, long answerCacheBytes)
            throws Exception {
        BucketHarness harness = new BucketHarness(directory, 1, 0, CACHE_BYTES, answerCacheBytes);
        harness.flink.open();
        return harness;
    }

    /** The only subtask, on a backend, without state. */
    static BucketHarness open(TestingDirectory directory, StateBackend backend) throws Exception {
        BucketHarness harness = new BucketHarness(directory, 1, 0);
        harness.flink.setStateBackend(backend);
        harness.flink.open();
        return harness;
    }

    /** The only subtask, on a backend, from its snapshot. */
    static BucketHarness restore(
            TestingDirectory directory, OperatorSubtaskState state, StateBackend backend)
            throws Exception {
        BucketHarness harness = new BucketHarness(directory, 1, 0);
        harness.flink.setStateBackend(backend);
        harness.flink.initializeState(state);
        harness.flink.open();
        return harness;
    }

    /** One of several subtasks, from the snapshots of as many as there were. */
    static BucketHarness restore(
            TestingDirectory directory,
            List<OperatorSubtaskState> states,
            int parallelism,
            int subtask)
            throws Exception {
        BucketHarness harness = new BucketHarness(directory, parallelism, subtask);
        OperatorSubtaskState all =
                TwoInputStreamOperatorTestHarness.repackageState(
                        states.toArray(OperatorSubtaskState[]::new));
        harness.flink.initializeState(
                TwoInputStreamOperatorTestHarness.repartitionOperatorState(
                        all, Samples.MAX_PARALLELISM, states.size(), parallelism, subtask));
        harness.flink.open();
        return harness;
    }

    TwoInputStreamOperatorTestHarness<BucketOp, ProbeMessage, Partial> flink() {
        return flink;
    }

    void op(BucketOp op) throws Exception {
        flink.processElement1(op, 0);
    }

    void append(long uid, int bucket, byte[] row) throws Exception {
        op(BucketOp.append(new BucketKey(uid, bucket), 0, row));
    }

    void probe(ProbeMessage probe) throws Exception {
        flink.processElement2(probe, 0);
    }

    void watermark(long time) throws Exception {
        flink.processWatermark1(new Watermark(time));
    }

    /** Lets so much time pass. */
    void pass(long millis) throws Exception {
        for (long end = flink.getProcessingTime() + millis; flink.getProcessingTime() < end; ) {
            flink.setProcessingTime(flink.getProcessingTime() + 1); // timers follow each other
        }
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
        return flink.snapshot(checkpoint, 0);
    }

    /** Shares since the last call. */
    List<Partial> shares() {
        List<Partial> shares = new ArrayList<>(flink.extractOutputValues());
        flink.getOutput().clear();
        return shares;
    }

    /** Moves since the last call to this or to {@link #announcements}. */
    List<IndexMove> moves() throws Exception {
        return control(IndexMove.class);
    }

    /** Announcements since the last call to this or to {@link #moves}. */
    List<Settled> announcements() throws Exception {
        return control(Settled.class);
    }

    private <T extends SpecificRecordBase> List<T> control(Class<T> type) throws Exception {
        Queue<StreamRecord<OutRecord>> output = flink.getSideOutput(BucketOperator.CONTROL);
        List<T> records = new ArrayList<>();
        if (output != null) {
            for (StreamRecord<OutRecord> record : output) {
                SpecificRecordBase decoded = CONTROL.decode(record.getValue().value());
                if (type.isInstance(decoded)) {
                    records.add(type.cast(decoded));
                }
            }
            output.clear();
        }
        return records;
    }

    @Override
    public void close() throws Exception {
        flink.close();
    }
}
