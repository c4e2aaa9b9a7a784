package io.nearstream.client;

import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends registrations as the topic has them, again. What fails is logged, in a line for all, and
 * is for the caller to find due again. Thread-safe.
 */
final class StandingRegistrar implements Consumer<List<StandingRegistration>> {
    private static final Logger LOG = LoggerFactory.getLogger(StandingRegistrar.class);

    private final Producer<byte[], byte[]> producer;

    StandingRegistrar(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    @Override
    public void accept(List<StandingRegistration> registrations) {
        List<CompletableFuture<WriteReceipt>> appends =
                registrations.stream().map(this::append).toList();
        CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new))
                .whenComplete(
                        (all, failure) -> {
                            if (failure != null) {
                                tell(appends, failure);
                            }
                        });
    }

    private static void tell(List<CompletableFuture<WriteReceipt>> appends, Throwable first) {
        LOG.warn(
                "{} of {} standing queries could not be registered again, which is tried later. {}",
                appends.stream().filter(CompletableFuture::isCompletedExceptionally).count(),
                appends.size(),
                first instanceof CompletionException
                        ? first.getCause().getMessage()
                        : first.getMessage());
    }

    private CompletableFuture<WriteReceipt> append(StandingRegistration registration) {
        QueryName name = new QueryName(registration.getSubscriber(), registration.getId());
        return Appends.send(
                producer,
                TopicNames.STANDING_QUERIES,
                name.key(),
                StandingWire.key(name),
                AvroWire.encode(registration));
    }
}
