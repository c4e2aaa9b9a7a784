package io.nearstream.jobs.ingest.sink;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Encodes changes, and says how far it is. Input: updates and their watermark. Output: records of
 * their topic; among them, to every partition, a Progress after all changes up to the watermark
 * that it names. It shares a chain with the sink, so the producer keeps that order. A Progress
 * follows the watermark at once when the last one is older than the interval, else as soon as the
 * interval is over: the newest watermark is always said.
 *
 * @param <T> the updates
 */
public final class EncodeOperator<T> extends AbstractStreamOperator<OutRecord>
        implements OneInputStreamOperator<T, OutRecord> {
    private static final long serialVersionUID = 1L;
    private static final int EPOCH_SHIFT = 32;
    private static final long EPOCH_MASK = (1L << EPOCH_SHIFT) - 1;

    private final ChangeFormat<T> format;
    private final long progressIntervalMs;
    private final long startedAtSeconds;
    private final PartitionCount partitions;

    private transient long epoch;
    private transient int subtask;
    private transient int of;
    private transient byte[][] progressKeys;
    private transient long watermark;
    private transient long said;
    private transient long saidAt;
    private transient boolean timerSet;
    private transient Counter changes;
    private transient Counter progress;

    /**
     * Says at most one Progress for every interval.
     *
     * @param format of the changes
     * @param progressIntervalMs at least 1 ms
     * @param startedAtSeconds when the job was submitted, seconds since 1970: with the restored
     *     checkpoint it makes an epoch that grows with every start, also after a start without
     *     state
     */
    public EncodeOperator(
            ChangeFormat<T> format,
            long progressIntervalMs,
            long startedAtSeconds,
            PartitionCount partitions) {
        if (progressIntervalMs < 1) {
            throw new IllegalArgumentException(
                    "progressIntervalMs must be at least 1, but was " + progressIntervalMs + ".");
        }
        this.format = format;
        this.progressIntervalMs = progressIntervalMs;
        this.startedAtSeconds = startedAtSeconds;
        this.partitions = partitions;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        epoch =
                startedAtSeconds << EPOCH_SHIFT
                        | context.getRestoredCheckpointId().orElse(0) & EPOCH_MASK;
    }

    @Override
    public void open() throws Exception {
        super.open();
        subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        of = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        progressKeys = new byte[partitions.get()][];
        for (int partition = 0; partition < progressKeys.length; partition++) {
            progressKeys[partition] = format.progressKey(partition, subtask);
        }
        watermark = Long.MIN_VALUE;
        said = Long.MIN_VALUE;
        saidAt = Long.MIN_VALUE / 2;
        timerSet = false;
        changes = getMetricGroup().counter("changesOut");
        progress = getMetricGroup().counter("progressOut");
        getMetricGroup().gauge("watermarkSaid", () -> said);
    }

    @Override
    public void processElement(StreamRecord<T> element) {
        changes.inc();
        emit(format.encode(element.getValue()));
    }

    /** The end of a drained input is not a time, so it is not said. */
    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (mark.getTimestamp() != Watermark.MAX_WATERMARK.getTimestamp()) {
            watermark = mark.getTimestamp();
            sayOrWait();
        }
        super.processWatermark(mark);
    }

    private void sayOrWait() {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        if (now - saidAt >= progressIntervalMs) {
            say(now);
        } else if (!timerSet) {
            timerSet = true;
            getProcessingTimeService()
                    .registerTimer(
                            saidAt + progressIntervalMs,
                            time -> {
                                timerSet = false;
                                say(time);
                            });
        }
    }

    private void say(long now) {
        if (watermark <= said) {
            return;
        }
        byte[] value = AvroWire.encode(new Progress(epoch, subtask, of, watermark));
        for (int partition = 0; partition < progressKeys.length; partition++) {
            emit(new OutRecord(format.topic(), partition, progressKeys[partition], value, false));
            progress.inc();
        }
        said = watermark;
        saidAt = now;
    }

    private void emit(OutRecord record) {
        output.collect(new StreamRecord<>(record));
    }
}
