package io.nearstream.jobs.common.kafka;

import java.io.IOException;
import java.util.Collection;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits transactions, and gives up those that Kafka does not know; see {@link ForgivingSink}. */
final class ForgivingCommitter implements Committer<KafkaCommittable> {
    private static final Logger LOG = LoggerFactory.getLogger(ForgivingCommitter.class);

    private final Committer<KafkaCommittable> kafka;

    ForgivingCommitter(Committer<KafkaCommittable> kafka) {
        this.kafka = kafka;
    }

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
            throws IOException, InterruptedException {
        kafka.commit(requests.stream().map(Forgiving::new).collect(Collectors.toList()));
    }

    @Override
    public void close() throws Exception {
        kafka.close();
    }

    private record Forgiving(CommitRequest<KafkaCommittable> request)
            implements CommitRequest<KafkaCommittable> {
        @Override
        public void signalFailedWithUnknownReason(Throwable failure) {
            if (ExceptionUtils.findThrowable(failure, InvalidPidMappingException.class)
                    .isPresent()) {
                LOG.error(
                        "Kafka does not know transaction {} of the state that the job started from: it is older than a week, or of other brokers. If it was not committed then, readers of committed records never see what it wrote.",
                        getCommittable(),
                        failure);
                request.signalFailedWithKnownReason(failure);
            } else {
                request.signalFailedWithUnknownReason(failure);
            }
        }

        @Override
        public KafkaCommittable getCommittable() {
            return request.getCommittable();
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void signalFailedWithKnownReason(Throwable failure) {
            request.signalFailedWithKnownReason(failure);
        }

        @Override
        public void retryLater() {
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }
    }
}
