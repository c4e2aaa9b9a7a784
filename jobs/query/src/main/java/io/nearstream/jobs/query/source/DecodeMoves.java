package io.nearstream.jobs.query.source;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.MovedEntry;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries that buckets of this query job gave up, with the buckets that they belong into; those of
 * other jobs and of dropped collections are left alone. Signing them here keeps the work of finding
 * cells off the thread that places records.
 */
public final class DecodeMoves extends RichFlatMapFunction<RawRecord, PlaceRequest> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(DecodeMoves.class);

    private final String job;
    private final CollectionDirectory.Provider directories;
    private transient CollectionDirectory directory;
    private transient AvroWire wire;
    private transient Counter foreign;

    public DecodeMoves(String job, CollectionDirectory.Provider directories) {
        this.job = job;
        this.directories = directories;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        directory = directories.open();
        wire = AvroWire.of(IndexMove.getClassSchema());
        foreign = getRuntimeContext().getMetricGroup().counter("foreignRecords");
    }

    @Override
    public void close() throws Exception {
        if (directory != null) {
            directory.close();
        }
    }

    @Override
    public void flatMap(RawRecord record, Collector<PlaceRequest> out) throws Exception {
        if (record.tombstone()) {
            return;
        }
        try {
            IndexMove move = (IndexMove) wire.decode(record.value());
            if (move.getJob().equals(job)) {
                request(move).ifPresent(out::collect);
            }
        } catch (UndecodableException | RefusedException broken) {
            foreign.inc();
            LOG.error(
                    "Offset {} of {}-{} is no index move and is left out: {}",
                    record.offset(),
                    record.topic(),
                    record.partition(),
                    broken.getMessage());
        }
    }

    /** A bucket gives up entries for a generation without it, and may have read that earlier. */
    private Optional<CollectionState> withoutTheBucket(IndexMove move) throws InterruptedException {
        long uid = move.getCollectionUid();
        Optional<CollectionState> known = directory.byUid(uid);
        if (known.isEmpty() || known.get().newest().leaves(move.getFromBucket())) {
            return known;
        }
        return directory.withGeneration(uid, known.get().newest().number() + 1);
    }

    private Optional<PlaceRequest> request(IndexMove move)
            throws InterruptedException, RefusedException {
        Optional<CollectionState> known = withoutTheBucket(move);
        if (known.isEmpty() || known.get().dropped()) {
            return Optional.empty();
        }
        Generation newest = known.get().newest();
        VectorSpace space = VectorSpace.of(known.get().settings());
        byte[] vector = IndexChangeWire.bytes(move.getVector());
        space.check(vector);
        Version version =
                new Version(
                        move.getVersionTime(), move.getVersionPartition(), move.getVersionOffset());
        byte[] row =
                EntryRow.put(
                        move.getId(),
                        version,
                        space.inverseNorm(vector, 0),
                        move.getExpiresAt() == null ? IndexChange.NEVER : move.getExpiresAt(),
                        move.getLabels(),
                        move.getHasPayload(),
                        vector);
        return Optional.of(
                PlaceRequest.move(
                        new RecordKey(move.getCollectionUid(), move.getId()),
                        new MovedEntry(
                                row,
                                move.getFromBucket(),
                                newest.number(),
                                newest.hash(),
                                newest.place(move.getId(), vector))));
    }
}
