package io.nearstream.jobs.common.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.junit.jupiter.api.Test;

class ForgivingCommitterTest {
    private final KafkaCommittable transaction = new KafkaCommittable(7, (short) 0, "id", null);
    private final List<String> signals = new ArrayList<>();

    @Test
    void aTransactionThatKafkaHasForgottenIsGivenUp() throws Exception {
        commitFailing(new InvalidPidMappingException("gone"));
        commitFailing(new KafkaException(new InvalidPidMappingException("gone")));
        assertThat(signals).containsExactly("known", "known");
    }

    @Test
    void whatElseFailsStaysAFailure() throws Exception {
        commitFailing(new OutOfOrderSequenceException("broken"));
        commitFailing(new IllegalStateException("broken"));
        assertThat(signals).containsExactly("unknown", "unknown");
    }

    @Test
    void everythingElseIsPassedOn() throws Exception {
        commit(
                request -> {
                    assertThat(request.getCommittable()).isSameAs(transaction);
                    assertThat(request.getNumberOfRetries()).isEqualTo(3);
                    request.retryLater();
                    request.updateAndRetryLater(transaction);
                    request.signalAlreadyCommitted();
                    request.signalFailedWithKnownReason(new IllegalStateException("known"));
                });
        assertThat(signals).containsExactly("retry", "update", "committed", "known");
    }

    private void commitFailing(Exception failure) throws Exception {
        commit(request -> request.signalFailedWithUnknownReason(failure));
    }

    private void commit(
            java.util.function.Consumer<Committer.CommitRequest<KafkaCommittable>> kafka)
            throws Exception {
        try (ForgivingCommitter committer =
                new ForgivingCommitter(
                        new Committer<>() {
                            @Override
                            public void commit(
                                    java.util.Collection<CommitRequest<KafkaCommittable>> all) {
                                all.forEach(kafka);
                            }

                            @Override
                            public void close() {
                                signals.add("closed");
                            }
                        })) {
            committer.commit(List.of(new Request()));
        }
        assertThat(signals.remove(signals.size() - 1)).isEqualTo("closed");
    }

    private final class Request implements Committer.CommitRequest<KafkaCommittable> {
        @Override
        public KafkaCommittable getCommittable() {
            return transaction;
        }

        @Override
        public int getNumberOfRetries() {
            return 3;
        }

        @Override
        public void signalFailedWithKnownReason(Throwable failure) {
            signals.add("known");
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable failure) {
            signals.add("unknown");
        }

        @Override
        public void retryLater() {
            signals.add("retry");
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable other) {
            signals.add("update");
        }

        @Override
        public void signalAlreadyCommitted() {
            signals.add("committed");
        }
    }
}
