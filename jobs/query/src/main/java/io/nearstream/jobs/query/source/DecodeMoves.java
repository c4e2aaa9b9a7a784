package io.nearstream.jobs.query.source;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries that buckets of this query job gave up; those of other jobs are left alone. */
public final class DecodeMoves extends RichFlatMapFunction<RawRecord, PlaceRequest> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(DecodeMoves.class);

    private final String job;
    private transient AvroWire wire;
    private transient Counter foreign;

    public DecodeMoves(String job) {
        this.job = job;
    }

    @Override
    public void open(OpenContext context) {
        wire = AvroWire.of(IndexMove.getClassSchema());
        foreign = getRuntimeContext().getMetricGroup().counter("foreignRecords");
    }

    @Override
    public void flatMap(RawRecord record, Collector<PlaceRequest> out) {
        if (record.tombstone()) {
            return;
        }
        try {
            IndexMove move = (IndexMove) wire.decode(record.value());
            if (move.getJob().equals(job)) {
                out.collect(request(move));
            }
        } catch (UndecodableException broken) {
            foreign.inc();
            LOG.error(
                    "Offset {} of {}-{} is no index move and is left out: {}",
                    record.offset(),
                    record.topic(),
                    record.partition(),
                    broken.getMessage());
        }
    }

    private static PlaceRequest request(IndexMove move) {
        Version version =
                new Version(
                        move.getVersionTime(), move.getVersionPartition(), move.getVersionOffset());
        byte[] row =
                EntryRow.put(
                        move.getId(),
                        version,
                        1f,
                        move.getExpiresAt() == null ? IndexChange.NEVER : move.getExpiresAt(),
                        move.getLabels(),
                        move.getHasPayload(),
                        IndexChangeWire.bytes(move.getVector()));
        return PlaceRequest.move(new RecordKey(move.getCollectionUid(), move.getId()), row);
    }
}
