package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.BucketOpSerializer;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.payload.StoredPayload;
import io.nearstream.jobs.query.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** Drives {@link AssignOperator}. */
final class AssignHarness implements AutoCloseable {
    static final long POLL_MS = 20;
    static final long HORIZON_MS = 10_000;
    static final int PENDING_MAX = 3;
    static final long DEADLINE_MAX_MS = 5_000;

    private final KeyedTwoInputStreamOperatorTestHarness<
                    RecordKey, IndexChange, PlaceRequest, BucketOp>
            harness;

    AssignHarness(TestingDirectory directory) throws Exception {
        this(directory, 1, 0);
        harness.open();
    }

    private AssignHarness(TestingDirectory directory, int parallelism, int subtask)
            throws Exception {
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new AssignOperator(
                                directory.provider(),
                                POLL_MS,
                                HORIZON_MS,
                                PENDING_MAX,
                                DEADLINE_MAX_MS),
                        IndexChange::key,
                        PlaceRequest::record,
                        RecordKeySerializer.TYPE,
                        Samples.MAX_PARALLELISM,
                        parallelism,
                        subtask);
        harness.setup(BucketOpSerializer.INSTANCE);
    }

    /** One of several subtasks, without state. */
    static AssignHarness open(TestingDirectory directory, int parallelism, int subtask)
            throws Exception {
        AssignHarness opened = new AssignHarness(directory, parallelism, subtask);
        opened.harness.open();
        return opened;
    }

    /** A subtask that goes on from a checkpoint of one subtask. */
    static AssignHarness restore(
            TestingDirectory directory,
            OperatorSubtaskState state,
            long checkpoint,
            int parallelism,
            int subtask)
            throws Exception {
        AssignHarness restored = new AssignHarness(directory, parallelism, subtask);
        restored.harness.setRestoredCheckpointId(checkpoint);
        restored.harness.initializeState(
                KeyedTwoInputStreamOperatorTestHarness.repartitionOperatorState(
                        state, Samples.MAX_PARALLELISM, 1, parallelism, subtask));
        restored.harness.open();
        return restored;
    }

    KeyedTwoInputStreamOperatorTestHarness<RecordKey, IndexChange, PlaceRequest, BucketOp> flink() {
        return harness;
    }

    void change(IndexChange change) throws Exception {
        harness.processElement1(change, 0);
    }

    void request(PlaceRequest request) throws Exception {
        harness.processElement2(request, 0);
    }

    void watermark(long time) throws Exception {
        harness.processWatermark1(new Watermark(time));
    }

    /** Lets so much time pass. */
    void pass(long millis) throws Exception {
        harness.setProcessingTime(harness.getProcessingTime() + millis);
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
        return harness.snapshot(checkpoint, 0);
    }

    /** What buckets are told since the last call, markers left out. */
    List<BucketOp> ops() {
        return sent().stream().filter(op -> op.kind() != BucketOp.Kind.MARKER).toList();
    }

    /** The markers since the last call, all else left out. */
    List<BucketOp> markers() {
        return sent().stream().filter(op -> op.kind() == BucketOp.Kind.MARKER).toList();
    }

    private List<BucketOp> sent() {
        List<BucketOp> ops = new ArrayList<>(harness.extractOutputValues());
        harness.getOutput().clear();
        return ops;
    }

    /** Payloads since the last call. */
    List<StoredPayload> payloads() {
        Queue<StreamRecord<StoredPayload>> output = harness.getSideOutput(AssignOperator.PAYLOADS);
        List<StoredPayload> payloads = new ArrayList<>();
        if (output != null) {
            output.forEach(record -> payloads.add(record.getValue()));
            output.clear();
        }
        return payloads;
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
