package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.backfill.RowsRead;
import io.nearstream.jobs.ingest.train.SampleVector;
import io.nearstream.jobs.ingest.train.SampleVectorSerializer;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes and checks writes, gives each its version and its buckets. Input: raw records of the
 * vectors topic. Output: one {@link IndexChange} for each accepted write. Side outputs: {@link
 * #DEAD_LETTERS}, one for each refused write, and {@link #SAMPLES}, the vectors from which a
 * collection's first codebook is learned. Ticks only move time on.
 *
 * <p>Whether a collection exists is decided as of the write's version time. A write of a collection
 * that is not known yet waits in the directory, and everything behind it. An acceptable write of a
 * collection that has been dropped since is counted and goes no further: it would be removed.
 */
public final class DecodeFunction extends ProcessFunction<RawRecord, IndexChange>
        implements CheckpointedFunction {
    /** Encoded dead letters. */
    public static final OutputTag<OutRecord> DEAD_LETTERS =
            new OutputTag<>("dead-letters", OutRecordSerializer.TYPE);

    /** Vectors of collections that have no learned generation. */
    public static final OutputTag<SampleVector> SAMPLES =
            new OutputTag<>("samples", SampleVectorSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final byte[] NO_BYTES = {};

    private final WriteCheck check;
    private final CollectionDirectory.Provider directories;
    private final String backfillUid;

    private transient AvroWire wire;
    private transient AppendClockState appendTimes;
    private transient RowsRead rowsRead;
    private transient CollectionDirectory directory;
    private transient DecodeMetrics metrics;
    private transient Sampling sampling;
    private transient long revision;

    /** Checks writes against these limits and the directory's collections. */
    public DecodeFunction(Limits limits, CollectionDirectory.Provider directories) {
        this(limits, directories, "");
    }

    /**
     * The same, whose input has rows of files, too.
     *
     * @param backfillUid of their source; empty for none
     */
    public DecodeFunction(
            Limits limits, CollectionDirectory.Provider directories, String backfillUid) {
        this.check = new WriteCheck(limits);
        this.directories = directories;
        this.backfillUid = backfillUid;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        appendTimes = new AppendClockState(context);
        rowsRead = new RowsRead(backfillUid, getRuntimeContext().getMetricGroup(), context);
    }

    @Override
    public void open(OpenContext context) throws InterruptedException {
        wire = AvroWire.of(VectorWrite.getClassSchema(), Tick.getClassSchema());
        metrics = new DecodeMetrics(getRuntimeContext().getMetricGroup());
        sampling = new Sampling();
        directory = directories.open();
        revision = directory.revision();
    }

    @Override
    public void close() {
        if (directory != null) {
            directory.close();
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        boolean first = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        appendTimes.snapshot(first);
        rowsRead.snapshot();
    }

    @Override
    public void processElement(RawRecord raw, Context context, Collector<IndexChange> out)
            throws InterruptedException {
        metrics.recordIn();
        long time = time(raw);
        if (directory.revision() != revision) {
            revision = directory.revision();
            forgetDropped();
        }
        try {
            accept(raw, new Version(time, raw.partition(), raw.offset()), context, out);
        } catch (UndecodableException undecodable) {
            refuse(raw, Reason.UNDECODABLE, undecodable.getMessage(), context);
        } catch (RefusedException refused) {
            refuse(raw, refused.reason(), refused.getMessage(), context);
        }
    }

    /** Rows of files are of no partition; theirs is one time, which no clock of a log moves on. */
    private long time(RawRecord raw) {
        if (raw.partition() < 0) {
            rowsRead.add(raw);
            return raw.timestamp();
        }
        return appendTimes.advance(raw.partition(), raw.timestamp());
    }

    private void accept(RawRecord raw, Version version, Context context, Collector<IndexChange> out)
            throws RefusedException, UndecodableException, InterruptedException {
        if (raw.tombstone()) {
            WriteCheck.Identity identity = check.identity(raw);
            delete(collection(identity, raw, version), identity, version, out);
            return;
        }
        WriteCheck.checkSize(raw);
        SpecificRecordBase record = decode(raw.value());
        if (!(record instanceof VectorWrite write)) {
            metrics.tick();
            return;
        }
        WriteCheck.Identity identity = check.identity(raw, write);
        CollectionState collection = collection(identity, raw, version);
        if (write.getOp() == WriteOp.DELETE) {
            delete(collection, identity, version, out);
        } else {
            upsert(collection, raw, write, version, context, out);
        }
    }

    private SpecificRecordBase decode(byte[] value) throws UndecodableException {
        try {
            return wire.decode(value);
        } catch (StackOverflowError nested) {
            throw new UndecodableException(
                    "value must be VectorWrite or Tick, but nests too deep.");
        }
    }

    /**
     * As of the write, which may have to be asked for. Not so where the writer names the
     * incarnation that is known here: then nothing that he knows of is missing, and should the
     * collection have been dropped just before the write, the record goes with it.
     */
    private CollectionState collection(WriteCheck.Identity identity, RawRecord raw, Version version)
            throws RefusedException, InterruptedException {
        Optional<CollectionState> known =
                directory
                        .latest(identity.collection())
                        .filter(latest -> latest.uid() == raw.claimedUid());
        if (known.isEmpty()) {
            known = directory.at(identity.collection(), version.time());
        }
        return known.orElseThrow(() -> WriteCheck.unknown(identity.collection(), version.time()));
    }

    private void delete(
            CollectionState collection,
            WriteCheck.Identity identity,
            Version version,
            Collector<IndexChange> out) {
        if (collection.dropped()) {
            metrics.discarded();
            return;
        }
        metrics.delete(collection.settings());
        out.collect(IndexChange.deleted(new RecordKey(collection.uid(), identity.id()), version));
    }

    private void upsert(
            CollectionState collection,
            RawRecord raw,
            VectorWrite write,
            Version version,
            Context context,
            Collector<IndexChange> out)
            throws RefusedException {
        byte[] vector = check.checkContent(collection.settings(), write);
        long expiresAt = WriteCheck.expiry(write, version);
        if (collection.dropped()) {
            metrics.discarded();
            return;
        }
        Generation generation = collection.newest();
        IndexChange change =
                new IndexChange(
                        new RecordKey(collection.uid(), write.getId()),
                        false,
                        version,
                        vector,
                        generation.place(write.getId(), vector),
                        generation.number(),
                        generation.hash(),
                        write.getLabels().isEmpty() ? List.of() : List.copyOf(write.getLabels()),
                        write.getPayload() == null
                                ? NO_BYTES
                                : IndexChangeWire.bytes(write.getPayload()),
                        write.getEventTime() == null ? raw.timestamp() : write.getEventTime(),
                        expiresAt);
        metrics.upsert(collection.settings());
        out.collect(change);
        if (generation.number() == 0 && sampling.wants(collection.settings())) {
            context.output(SAMPLES, new SampleVector(collection.uid(), vector));
        }
    }

    private void refuse(RawRecord raw, Reason reason, String message, Context context) {
        metrics.dead(reason);
        context.output(DEAD_LETTERS, DeadLetters.of(raw, reason, message));
    }

    private void forgetDropped() {
        for (CollectionState collection : directory.all()) {
            if (collection.dropped()) {
                metrics.forget(collection.uid());
            }
            if (collection.dropped() || collection.newest().number() > 0) {
                sampling.forget(collection.uid());
            }
        }
    }
}
