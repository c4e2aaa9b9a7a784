package io.nearstream.jobs.query.route;

import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.RefusedException;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.answer.Answers;
import io.nearstream.jobs.query.gauge.GaugeNote;
import io.nearstream.jobs.query.gauge.GaugeNoteSerializer;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import io.nearstream.jobs.query.message.FetchRequest;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.message.PlaceRequestSerializer;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeHeaderSerializer;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.util.BitSet;
import java.util.Optional;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Decodes and checks probes and sends each to the subtasks that own its buckets. Input: the probes
 * topic. Output: one message per subtask; on the side what the merge needs to know, fetches, and
 * answers to refused probes. No state: a probe read again is routed again.
 */
public final class RouteOperator extends AbstractStreamOperator<ProbeMessage>
        implements OneInputStreamOperator<RawRecord, ProbeMessage> {
    public static final OutputTag<ProbeHeader> HEADERS =
            new OutputTag<>("headers", ProbeHeaderSerializer.TYPE);
    public static final OutputTag<PlaceRequest> FETCHES =
            new OutputTag<>("fetches", PlaceRequestSerializer.TYPE);
    public static final OutputTag<OutRecord> REFUSED =
            new OutputTag<>("refused", OutRecordSerializer.TYPE);

    /** Probes that are gauged. */
    public static final OutputTag<GaugeNote> GAUGED =
            new OutputTag<>("gauged-probes", GaugeNoteSerializer.TYPE);

    private static final long serialVersionUID = 1L;

    private final CollectionDirectory.Provider directoryProvider;
    private final ProbeCheck check;
    private final Owners owners;
    private final Routing routing;
    private final GaugeSettings gauge;

    private transient CollectionDirectory directory;
    private transient AvroWire wire;
    private transient Router router;
    private transient GaugeSampling sampling;
    private transient JobView view;
    private transient Counter accepted;
    private transient Counter refused;
    private transient Counter messagesSent;

    RouteOperator(
            CollectionDirectory.Provider directoryProvider,
            ProbeCheck check,
            Owners owners,
            Routing routing,
            GaugeSettings gauge) {
        this.directoryProvider = directoryProvider;
        this.check = check;
        this.owners = owners;
        this.routing = routing;
        this.gauge = gauge;
    }

    /** An operator with these limits; see {@link ProbeCheck}. */
    public static RouteOperator of(
            CollectionDirectory.Provider directoryProvider,
            RouteSettings settings,
            Owners owners,
            Routing routing,
            GaugeSettings gauge) {
        return new RouteOperator(
                directoryProvider,
                new ProbeCheck(
                        settings.limits(),
                        settings.deadlineDefaultMs(),
                        settings.strongClockBoundMs(),
                        settings.probeBucketsMax(),
                        settings.resultPartitions()),
                owners,
                routing,
                gauge);
    }

    @Override
    public void open() throws Exception {
        super.open();
        directory = directoryProvider.open();
        wire = AvroWire.of(Probe.getClassSchema());
        // The parallelism is that of the running job: under the adaptive scheduler it may differ
        // from the one that was asked for.
        router =
                new Router(
                        owners,
                        getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
                        routing);
        sampling = new GaugeSampling(gauge);
        view = new JobView(directory, gauge.job());
        accepted = getMetricGroup().counter("probesAccepted");
        refused = getMetricGroup().counter("probesRefused");
        messagesSent = getMetricGroup().counter("probeMessages");
    }

    @Override
    public void processElement(StreamRecord<RawRecord> element) throws Exception {
        RawRecord record = element.getValue();
        long now = getProcessingTimeService().getCurrentProcessingTime();
        Probe probe;
        try {
            probe = (Probe) wire.decode(record.value());
        } catch (UndecodableException broken) {
            refuse(Answers.undecodable(record, Reason.UNDECODABLE, broken.getMessage()));
            return;
        }
        try {
            check.checkHead(probe);
            CollectionState collection =
                    collection(probe, record.timestamp()).orElseThrow(() -> unknown(probe));
            CheckedProbe checked = check.check(probe, collection, record.timestamp());
            if (checked.deadlineAt() <= now) {
                throw new RefusedException(
                        Reason.DEADLINE_PASSED,
                        "the deadline passed %d ms before the probe was read."
                                .formatted(now - checked.deadlineAt()));
            }
            accepted.inc();
            send(new ProbeKey(record.partition(), record.offset()), checked, record.timestamp());
        } catch (RefusedException refusal) {
            refuse(Answers.refused(record, probe, check.resultPartitions(), refusal));
        }
    }

    /**
     * A probe that must see a write must see its collection too; another takes what is known, and
     * asks for more only where that is nothing.
     */
    private Optional<CollectionState> collection(Probe probe, long appendTime)
            throws InterruptedException {
        Optional<CollectionState> known =
                probe.getConsistency() == Consistency.EVENTUAL
                        ? directory.latest(probe.getCollection())
                        : Optional.empty();
        return known.isPresent() ? known : directory.at(probe.getCollection(), appendTime);
    }

    private static RefusedException unknown(Probe probe) {
        return new RefusedException(
                Reason.UNKNOWN_COLLECTION,
                "collection '%s' does not exist. Create it first."
                        .formatted(probe.getCollection()));
    }

    private void refuse(OutRecord answer) {
        refused.inc();
        output.collect(REFUSED, new StreamRecord<>(answer));
    }

    private void send(ProbeKey key, CheckedProbe probe, long appendTime) {
        if (probe.isFetch()) {
            fetch(key, probe, appendTime);
            return;
        }
        CollectionState collection = probe.collection();
        int settled = view.settled(collection);
        double correction = correction(probe);
        Router.Route route = router.route(key, probe, appendTime, settled, correction);
        output.collect(
                HEADERS, header(key, probe, appendTime, route.slots(), route.messages().size()));
        for (ProbeMessage message : route.messages()) {
            output.collect(new StreamRecord<>(message));
        }
        messagesSent.inc(route.messages().size());
        long now = getProcessingTimeService().getCurrentProcessingTime();
        boolean allSettled = settled > 0 && settled >= collection.newest().number();
        if (allSettled && sampling.takes(probe, now)) {
            GaugeNote asked =
                    GaugeNote.asked(
                            key,
                            collection.uid(),
                            collection.newest().number(),
                            correction,
                            probe.effort().targetRecall(),
                            probe.k(),
                            appendTime,
                            probe.vectors().get(0));
            output.collect(GAUGED, new StreamRecord<>(asked));
        }
    }

    /** A probe that widens counts its buckets from where it would have begun: no fewer then. */
    private double correction(CheckedProbe probe) {
        double told = probe.effort().byTarget() ? view.correction(probe.collection()) : 1;
        return probe.widens() ? Math.max(1, told) : told;
    }

    private void fetch(ProbeKey key, CheckedProbe probe, long appendTime) {
        BitSet slots = new BitSet();
        slots.set(0, probe.ids().size());
        output.collect(
                HEADERS, header(key, probe, appendTime, slots.toLongArray(), probe.ids().size()));
        for (int ordinal = 0; ordinal < probe.ids().size(); ordinal++) {
            RecordKey record = new RecordKey(probe.collection().uid(), probe.ids().get(ordinal));
            FetchRequest request =
                    new FetchRequest(
                            key, ordinal, record, appendTime, probe.atLeast(), probe.withVectors());
            output.collect(FETCHES, new StreamRecord<>(PlaceRequest.fetch(request)));
        }
        messagesSent.inc(probe.ids().size());
    }

    private StreamRecord<ProbeHeader> header(
            ProbeKey key, CheckedProbe probe, long appendTime, long[] slots, int messages) {
        long readAtMicros = getProcessingTimeService().getCurrentProcessingTime() * 1_000;
        return new StreamRecord<>(
                new ProbeHeader(
                        key,
                        probe.id(),
                        probe.resultPartition(),
                        probe.collection().uid(),
                        probe.collection().settings().metric(),
                        probe.collection().settings().vectorBytes(),
                        probe.isFetch() ? probe.ids().size() : probe.vectors().size(),
                        probe.limit(),
                        probe.isRange(),
                        probe.isFetch(),
                        probe.withVectors(),
                        probe.withPayloads(),
                        slots,
                        messages,
                        readAtMicros,
                        probe.deadlineAt(),
                        probe.rerank(appendTime)));
    }

    /** Probes know no query time. */
    @Override
    public void processWatermark(Watermark mark) {
        // Not passed on.
    }

    @Override
    public void close() throws Exception {
        if (directory != null) {
            directory.close();
        }
        super.close();
    }
}
