package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.sink.PartitionCount;
import io.nearstream.jobs.ingest.write.AppendClockState;
import io.nearstream.jobs.ingest.write.DeadLetters;
import io.nearstream.jobs.ingest.write.ReasonCounters;
import io.nearstream.jobs.ingest.write.WriteCheck;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes and checks key-value requests, gives each its version, and compresses values where that
 * pays. Input: raw records of the key-value writes. Output: one {@link KeyValueCommand} for each
 * accepted request. Side outputs: {@link #REFUSED}, an answer for each request that is refused and
 * can be answered, and {@link #DEAD_LETTERS}, one for every other. Ticks only move time on.
 */
public final class DecodeKeyValueFunction extends ProcessFunction<RawRecord, KeyValueCommand>
        implements CheckpointedFunction {
    /** Encoded dead letters. */
    public static final OutputTag<OutRecord> DEAD_LETTERS =
            new OutputTag<>("kv-dead-letters", OutRecordSerializer.TYPE);

    /** Encoded answers to requests that are not valid. */
    public static final OutputTag<OutRecord> REFUSED =
            new OutputTag<>("kv-refused", OutRecordSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final long LOOK_EVERY_MS = 10_000;

    private final KeyValueCheck check;
    private final PartitionCount resultPartitionCount;

    private transient AvroWire wire;
    private transient AppendClockState appendTimes;
    private transient int resultPartitions;
    private transient long lookedAt;
    private transient ReasonCounters dead;
    private transient ReasonCounters refusals;
    private transient Counter recordsIn;
    private transient Counter ticksIn;
    private transient Counter accepted;

    /** Checks requests against these limits, and that their answers have somewhere to go. */
    public DecodeKeyValueFunction(Limits limits, PartitionCount resultPartitionCount) {
        this.check = new KeyValueCheck(limits);
        this.resultPartitionCount = resultPartitionCount;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        appendTimes = new AppendClockState(context);
    }

    @Override
    public void open(OpenContext context) throws InterruptedException {
        wire = AvroWire.of(KeyValueWrite.getClassSchema(), Tick.getClassSchema());
        resultPartitions = resultPartitionCount.get();
        lookedAt = Long.MIN_VALUE / 2;
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        dead = new ReasonCounters(metrics, "keyValueDead");
        refusals = new ReasonCounters(metrics, "keyValueRefused");
        recordsIn = metrics.counter("keyValueRecordsIn");
        ticksIn = metrics.counter("keyValueTicksIn");
        accepted = metrics.counter("keyValueAccepted");
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        appendTimes.snapshot(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0);
    }

    @Override
    public void processElement(RawRecord raw, Context context, Collector<KeyValueCommand> out)
            throws InterruptedException {
        recordsIn.inc();
        long time = appendTimes.advance(raw.partition(), raw.timestamp());
        Version version = new Version(time, raw.partition(), raw.offset());
        try {
            if (raw.tombstone()) {
                emit(delete(raw, version), out);
                return;
            }
            WriteCheck.checkSize(raw);
            SpecificRecordBase record = decode(raw.value());
            if (record instanceof KeyValueWrite write) {
                accept(raw, write, version, context, out);
            } else {
                ticksIn.inc();
            }
        } catch (UndecodableException undecodable) {
            bury(raw, Reason.UNDECODABLE, undecodable.getMessage(), context);
        } catch (RefusedException refused) {
            bury(raw, refused.reason(), refused.getMessage(), context);
        }
    }

    private void accept(
            RawRecord raw,
            KeyValueWrite write,
            Version version,
            Context context,
            Collector<KeyValueCommand> out)
            throws RefusedException, InterruptedException {
        lookForPartitions(write, context.timerService().currentProcessingTime());
        KeyValueCheck.ReplyTo replyTo = KeyValueCheck.replyTo(write, resultPartitions);
        KeyValueCommand command;
        try {
            command = check.command(write, raw.key(), version, replyTo);
        } catch (RefusedException refused) {
            if (replyTo.equals(KeyValueCheck.ReplyTo.NOBODY)) {
                throw refused;
            }
            refusals.inc(refused.reason());
            context.output(REFUSED, KeyValueResults.refused(raw, replyTo, refused));
            return;
        }
        emit(command, out);
    }

    /** A partition that is not known may have been added since; asked at most now and then. */
    private void lookForPartitions(KeyValueWrite write, long now) throws InterruptedException {
        Integer wanted = write.getResultPartition();
        if (wanted != null && wanted >= resultPartitions && now - lookedAt >= LOOK_EVERY_MS) {
            resultPartitions = resultPartitionCount.get();
            lookedAt = now;
        }
    }

    /** Kafka's null is how any producer deletes a key. */
    private KeyValueCommand delete(RawRecord raw, Version version) throws RefusedException {
        return new KeyValueCommand(
                KeyValueCommand.Op.DELETE,
                check.key(raw.key()),
                version,
                StoredValue.EMPTY,
                version.time(),
                KeyValueEntry.NEVER,
                Condition.NONE,
                KeyValueCheck.ReplyTo.NOBODY.requestId(),
                KeyValueCheck.ReplyTo.NOBODY.partition());
    }

    private void emit(KeyValueCommand command, Collector<KeyValueCommand> out) {
        accepted.inc();
        out.collect(command);
    }

    private SpecificRecordBase decode(byte[] value) throws UndecodableException {
        try {
            return wire.decode(value);
        } catch (StackOverflowError nested) {
            throw new UndecodableException(
                    "value must be KeyValueWrite or Tick, but nests too deep.");
        }
    }

    private void bury(RawRecord raw, Reason reason, String message, Context context) {
        dead.inc(reason);
        context.output(DEAD_LETTERS, DeadLetters.of(raw, reason, message));
    }
}
