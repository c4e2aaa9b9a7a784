package io.nearstream.jobs.common.changes;

import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Index changes from their topic; Progress and compaction's nulls are left out. */
public final class DecodeChanges extends RichFlatMapFunction<RawRecord, IndexChange> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(DecodeChanges.class);

    private transient AvroWire wire;
    private transient Counter foreign;

    @Override
    public void open(OpenContext context) {
        wire = AvroWire.of(io.nearstream.schemas.IndexChange.getClassSchema());
        foreign = getRuntimeContext().getMetricGroup().counter("foreignRecords");
    }

    @Override
    public void flatMap(RawRecord record, Collector<IndexChange> out) {
        if (record.tombstone() || ProgressWatermarks.isProgress(record)) {
            return;
        }
        try {
            out.collect(
                    IndexChangeWire.from(
                            (io.nearstream.schemas.IndexChange) wire.decode(record.value())));
        } catch (UndecodableException broken) {
            // Only the ingest job writes this topic; what another wrote must not stop it.
            foreign.inc();
            LOG.error(
                    "Offset {} of {}-{} is no index change and is left out: {}",
                    record.offset(),
                    record.topic(),
                    record.partition(),
                    broken.getMessage());
        }
    }
}
