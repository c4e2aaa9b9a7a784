package io.nearstream.jobs.query.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.message.ProbeKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class PayloadStoreFunctionTest {
    private static final RecordKey RECORD = new RecordKey(1, "a");
    private static final CollectionSettings COLLECTION =
            CollectionSettings.learned("records", 1, 2, Metric.L2, Encoding.UINT8);
    private static final long HORIZON_MS = PayloadStoreFunction.WAITING_MS;
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};
    private static final byte[] NONE = {};

    private final TestingDirectory directory = new TestingDirectory().create(COLLECTION, 0);

    private KeyedTwoInputStreamOperatorTestHarness<
                    RecordKey, StoredPayload, PayloadRequest, PayloadPart>
            open() throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(
                                new PayloadStoreFunction(directory.provider())),
                        StoredPayload::record,
                        PayloadRequest::record,
                        RecordKeySerializer.TYPE);
        harness.setup(PayloadPartSerializer.INSTANCE);
        harness.open();
        return harness;
    }

    private static StoredPayload payload(long version, byte[] bytes) {
        return new StoredPayload(RECORD, new Version(version, 0, 0), bytes);
    }

    private static PayloadRequest request(int hit, long version) {
        return new PayloadRequest(new ProbeKey(0, 1), 0, hit, RECORD, new Version(version, 0, 0));
    }

    private static List<PayloadPart> parts(
            KeyedTwoInputStreamOperatorTestHarness<
                            RecordKey, StoredPayload, PayloadRequest, PayloadPart>
                    harness) {
        List<PayloadPart> parts = new ArrayList<>(harness.extractOutputValues());
        harness.getOutput().clear();
        return parts;
    }

    @Test
    void requestIsAnsweredWithThePayloadOfItsVersionOrANewerOne() throws Exception {
        try (var harness = open()) {
            harness.processElement1(payload(5, NEW), 0);
            harness.processElement2(request(3, 5), 0);
            harness.processElement2(request(4, 4), 0);
            assertThat(parts(harness))
                    .extracting(PayloadPart::hit, PayloadPart::payload)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(3, NEW),
                            org.assertj.core.groups.Tuple.tuple(4, NEW));
        }
    }

    /** The timer of one that was served long ago must not give up one that has just come. */
    @Test
    void requestWaitsItsFullTimeWhateverWaitedBefore() throws Exception {
        try (var harness = open()) {
            harness.processElement2(request(0, 5), 0);
            harness.processElement1(payload(5, OLD), 0);
            harness.setProcessingTime(HORIZON_MS - 1);
            harness.processElement2(request(1, 6), 0);
            parts(harness);
            harness.setProcessingTime(HORIZON_MS + 10);
            harness.processElement1(payload(6, NEW), 0);
            assertThat(parts(harness)).extracting(PayloadPart::hit).containsExactly(1);
        }
    }

    /** The bucket's answer may come before the payload that was placed with it. */
    @Test
    void requestThatOvertakesItsPayloadWaitsForIt() throws Exception {
        try (var harness = open()) {
            harness.processElement2(request(0, 5), 0);
            harness.processElement1(payload(3, OLD), 0);
            harness.processElement2(request(1, 4), 0);
            assertThat(parts(harness)).isEmpty();
            harness.processElement1(payload(4, OLD), 0);
            assertThat(parts(harness)).extracting(PayloadPart::hit).containsExactly(1);
            harness.processElement1(payload(5, NEW), 0);
            assertThat(parts(harness)).extracting(PayloadPart::hit).containsExactly(0);
            harness.processElement1(payload(6, OLD), 0);
            assertThat(parts(harness)).isEmpty();
        }
    }

    @Test
    void deletedPayloadAnswersEmptyAndIsForgottenAfterTheHorizon() throws Exception {
        try (var harness = open()) {
            harness.processElement1(payload(4, OLD), 0);
            harness.processElement1(payload(5, NONE), 0);
            harness.processElement2(request(0, 4), 0);
            assertThat(parts(harness)).singleElement().matches(part -> part.payload().length == 0);
            harness.setProcessingTime(HORIZON_MS - 1);
            assertThat(harness.numKeyedStateEntries()).isPositive();
            harness.setProcessingTime(HORIZON_MS);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void nothingIsKeptOfADroppedCollection() throws Exception {
        try (var harness = open()) {
            harness.processElement1(payload(4, OLD), 0);
            harness.processElement2(request(0, 5), 0);
            directory.drop(COLLECTION, 1);
            harness.processElement1(payload(5, NONE), 0);
            harness.processElement2(request(1, 6), 0);
            assertThat(parts(harness)).hasSize(2).allMatch(part -> part.payload().length == 0);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void payloadThatCameBackIsKept() throws Exception {
        try (var harness = open()) {
            harness.processElement1(payload(5, NONE), 0);
            harness.processElement1(payload(6, NEW), 0);
            harness.setProcessingTime(HORIZON_MS);
            harness.processElement2(request(0, 6), 0);
            assertThat(parts(harness)).singleElement().matches(part -> part.payload() == NEW);
        }
    }

    @Test
    void waitingRequestsSurviveARestore() throws Exception {
        org.apache.flink.runtime.checkpoint.OperatorSubtaskState state;
        try (var harness = open()) {
            harness.processElement1(payload(3, OLD), 0);
            harness.processElement2(request(7, 5), 0);
            state = harness.snapshot(1, 0);
        }
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(
                                new PayloadStoreFunction(directory.provider())),
                        StoredPayload::record,
                        PayloadRequest::record,
                        RecordKeySerializer.TYPE);
        try (harness) {
            harness.setup(PayloadPartSerializer.INSTANCE);
            harness.initializeState(state);
            harness.open();
            harness.processElement1(payload(5, NEW), 0);
            assertThat(parts(harness)).extracting(PayloadPart::hit).containsExactly(7);
        }
    }
}
