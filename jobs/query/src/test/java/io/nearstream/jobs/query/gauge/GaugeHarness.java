package io.nearstream.jobs.query.gauge;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.testing.Counters;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** Drives {@link GaugeOperator} for one collection of points on a line. */
final class GaugeHarness implements AutoCloseable {
    static final CollectionSettings SETTINGS = Samples.PLACES;
    private static final AvroWire WIRE = AvroWire.of(RecallGauged.getClassSchema());

    private final KeyedTwoInputStreamOperatorTestHarness<Long, SliceRow, GaugeNote, OutRecord>
            harness;
    private long probes;
    private double correction = 1;

    GaugeHarness(TestingDirectory directory) throws Exception {
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new GaugeOperator(directory.provider(), Samples.gauge(1)),
                        SliceRow::collectionUid,
                        GaugeNote::collectionUid,
                        Types.LONG,
                        Samples.MAX_PARALLELISM,
                        1,
                        0);
        harness.setup(OutRecordSerializer.INSTANCE);
    }

    GaugeHarness open() throws Exception {
        harness.open();
        return this;
    }

    GaugeHarness restore(OperatorSubtaskState state) throws Exception {
        harness.initializeState(state);
        harness.open();
        return this;
    }

    KeyedTwoInputStreamOperatorTestHarness<Long, SliceRow, GaugeNote, OutRecord> flink() {
        return harness;
    }

    static byte[] point(double x) {
        return Vectors.fromFloats(new float[] {(float) x, 0, 0, 0});
    }

    void put(String id, long time, double x) throws Exception {
        put(id, time, x, IndexChange.NEVER);
    }

    void put(String id, long time, double x, long expiresAt) throws Exception {
        byte[] row =
                EntryRow.put(id, Samples.version(time), 1, expiresAt, List.of(), false, point(x));
        harness.processElement1(new SliceRow(SETTINGS.uid(), 0, row), 0);
    }

    void delete(String id, long time) throws Exception {
        byte[] row = EntryRow.removal(id, Samples.version(time));
        harness.processElement1(new SliceRow(SETTINGS.uid(), 0, row), 0);
    }

    void watermark(long time) throws Exception {
        harness.processWatermark1(new Watermark(time));
    }

    /** What probes from now on were routed with. */
    void correction(double value) {
        correction = value;
    }

    /** A probe at 0 for as many hits as there are, all of which the answer has at a place. */
    void probe(long asOf, long answeredAt, int k, String[] ids, double... distances)
            throws Exception {
        ProbeKey key = new ProbeKey(0, probes++);
        long uid = SETTINGS.uid();
        GaugeNote asked =
                GaugeNote.asked(key, uid, 1, correction, 0.9, k, answeredAt - 1, point(0));
        GaugeNote answered =
                GaugeNote.answered(key, uid, asOf, answeredAt, List.of(ids), distances);
        boolean answerFirst = probes % 2 == 0;
        harness.processElement2(answerFirst ? answered : asked, 0);
        harness.processElement2(answerFirst ? asked : answered, 0);
    }

    /** What a gauge of the collection shows. */
    double shown(String name) {
        return Counters.ofCollection(harness, SETTINGS.name(), name);
    }

    /** What was written since the last call. */
    List<RecallGauged> written() throws Exception {
        List<RecallGauged> written = new ArrayList<>();
        for (OutRecord record : harness.extractOutputValues()) {
            written.add((RecallGauged) WIRE.decode(record.value()));
        }
        harness.getOutput().clear();
        return written;
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
