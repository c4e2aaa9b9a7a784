package io.nearstream.jobs.query.route;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.gauge.GaugeNote;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** Drives {@link RouteOperator}. */
final class RouteHarness implements AutoCloseable {
    static final String JOB = "query";
    static final int PARTITIONS = 4;
    private static final AvroWire RESULTS = AvroWire.of(ProbeResult.getClassSchema());

    private final OneInputStreamOperatorTestHarness<RawRecord, ProbeMessage> harness;

    RouteHarness(CollectionDirectory.Provider directory, int parallelism, Routing routing)
            throws Exception {
        RouteOperator operator =
                RouteOperator.of(
                        directory,
                        new RouteSettings(Limits.DEFAULT, 10_000, 0, 1_000, PARTITIONS),
                        new Owners(Samples.MAX_PARALLELISM),
                        routing,
                        Samples.gauge(1));
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        operator, Samples.MAX_PARALLELISM, parallelism, 0);
        harness.open();
    }

    OneInputStreamOperatorTestHarness<RawRecord, ProbeMessage> flink() {
        return harness;
    }

    void send(RawRecord record) throws Exception {
        harness.processElement(new StreamRecord<>(record));
    }

    /** Messages since the last call. */
    List<ProbeMessage> messages() {
        List<ProbeMessage> messages = List.copyOf(harness.extractOutputValues());
        harness.getOutput().clear();
        return messages;
    }

    /** Probes to be gauged since the last call. */
    List<GaugeNote> gauged() {
        return side(RouteOperator.GAUGED);
    }

    /** Headers since the last call. */
    List<ProbeHeader> headers() {
        return side(RouteOperator.HEADERS);
    }

    /** Fetches since the last call. */
    List<PlaceRequest> fetches() {
        return side(RouteOperator.FETCHES);
    }

    /** Records with refusals since the last call. */
    List<OutRecord> refusals() {
        return side(RouteOperator.REFUSED);
    }

    static ProbeResult result(OutRecord record) throws Exception {
        return (ProbeResult) RESULTS.decode(record.value());
    }

    private <T> List<T> side(OutputTag<T> tag) {
        Queue<StreamRecord<T>> output = harness.getSideOutput(tag);
        if (output == null) {
            return List.of();
        }
        List<T> values = new ArrayList<>();
        output.forEach(record -> values.add(record.getValue()));
        output.clear();
        return values;
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
