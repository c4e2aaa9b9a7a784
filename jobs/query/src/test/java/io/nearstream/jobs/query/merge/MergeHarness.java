package io.nearstream.jobs.query.merge;

import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** Drives {@link MergeOperator}. */
final class MergeHarness implements AutoCloseable {
    static final int PENDING_MAX = 4;
    static final ProbeKey KEY = new ProbeKey(1, 7);
    static final long DEADLINE = 1_000;
    private static final AvroWire RESULTS = AvroWire.of(ProbeResult.getClassSchema());
    private static final byte[] VECTOR = new byte[16];

    private final KeyedTwoInputStreamOperatorTestHarness<ProbeKey, ProbeHeader, Partial, OutRecord>
            harness;

    MergeHarness() throws Exception {
        this(1, 0);
        harness.open();
    }

    private MergeHarness(int parallelism, int subtask) throws Exception {
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new MergeOperator(
                                PENDING_MAX, new Owners(Samples.MAX_PARALLELISM), Samples.gauge(1)),
                        ProbeHeader::key,
                        Partial::key,
                        ProbeKeySerializer.TYPE,
                        Samples.MAX_PARALLELISM,
                        parallelism,
                        subtask);
        harness.setup(OutRecordSerializer.INSTANCE);
    }

    /** A subtask that goes on from a snapshot of one subtask. */
    static MergeHarness restore(OperatorSubtaskState state, int parallelism, int subtask)
            throws Exception {
        MergeHarness restored = new MergeHarness(parallelism, subtask);
        restored.harness.initializeState(
                KeyedTwoInputStreamOperatorTestHarness.repartitionOperatorState(
                        state, Samples.MAX_PARALLELISM, 1, parallelism, subtask));
        restored.harness.open();
        return restored;
    }

    KeyedTwoInputStreamOperatorTestHarness<ProbeKey, ProbeHeader, Partial, OutRecord> flink() {
        return harness;
    }

    void header(ProbeHeader header) throws Exception {
        harness.processElement1(header, 0);
    }

    void share(Partial share) throws Exception {
        harness.processElement2(share, 0);
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
        return harness.snapshot(checkpoint, 0);
    }

    /** Answers since the last call. */
    List<ProbeResult> answers() throws Exception {
        List<ProbeResult> results = new ArrayList<>();
        for (OutRecord record : harness.extractOutputValues()) {
            results.add((ProbeResult) RESULTS.decode(record.value()));
        }
        harness.getOutput().clear();
        return results;
    }

    /** A search of one vector for 10 hits that waits for the first so many slots. */
    static ProbeHeader search(ProbeKey key, int slots) {
        return header(key, slots, 10, false, 1);
    }

    static ProbeHeader header(ProbeKey key, int slots, int limit, boolean range, int queries) {
        return header(key, slots, limit, range, queries, DEADLINE);
    }

    static ProbeHeader header(
            ProbeKey key, int slots, int limit, boolean range, int queries, long deadline) {
        BitSet bits = new BitSet();
        bits.set(0, slots);
        return new ProbeHeader(
                key,
                "p",
                2,
                Samples.PLACES.uid(),
                Metric.L2,
                VECTOR.length,
                queries,
                limit,
                range,
                false,
                false,
                false,
                bits.toLongArray(),
                slots,
                0,
                deadline,
                Optional.empty());
    }

    /** The share of one subtask that covers a range of slots, for the first query vector. */
    static Partial share(ProbeKey key, int from, int to, Hit... hits) {
        return new Partial(
                key, from, to, 2, 30, 0, 0, 500 + from, List.of(new PartAnswer(0, List.of(hits))));
    }

    static Hit hit(String id, long time, double score) {
        Version version = new Version(time, 0, time);
        return new Hit(
                score, EntryRow.put(id, version, 1, Long.MAX_VALUE, List.of(), false, VECTOR));
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
