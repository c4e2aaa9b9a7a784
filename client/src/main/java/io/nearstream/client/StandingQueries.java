package io.nearstream.client;

import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.kafka.clients.producer.Producer;

/**
 * Registers, renews and drops standing queries. What becomes of them is told on {@code
 * nearstream.standing-differences.v1}, of a registration that is not accepted why. Thread-safe.
 */
public final class StandingQueries {
    private final Producer<byte[], byte[]> producer;

    StandingQueries(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /**
     * Registers a query, or renews its lease where it asks the same, or else replaces it. Its first
     * snapshot has every write that was appended before the registration.
     *
     * @param lease how long it stands from now on, 1 ms to 7 days
     * @return complete once the broker has it; its position is the stamp of what is told
     * @throws NearstreamException if the name is not acceptable
     */
    public CompletableFuture<WriteReceipt> register(
            String collection, QueryName name, StandingQuery query, Duration lease) {
        return send(collection, name, query, lease, false);
    }

    /** The same, and where it renews it asks for the whole answer, too. */
    public CompletableFuture<WriteReceipt> refresh(
            String collection, QueryName name, StandingQuery query, Duration lease) {
        return send(collection, name, query, lease, true);
    }

    private CompletableFuture<WriteReceipt> send(
            String collection,
            QueryName name,
            StandingQuery query,
            Duration lease,
            boolean snapshot) {
        byte[] value = StandingWire.encode(name, collection, query, lease.toMillis(), snapshot);
        return append(name, value);
    }

    /** Ends a query, if it stands. */
    public CompletableFuture<WriteReceipt> drop(QueryName name) {
        return append(name, null);
    }

    private CompletableFuture<WriteReceipt> append(QueryName name, @Nullable byte[] value) {
        try {
            name.check();
        } catch (RefusedException refused) {
            throw new NearstreamException(
                    "The standing query %s cannot be registered: %s"
                            .formatted(Limits.quote(name.key()), refused.getMessage()),
                    refused);
        }
        return Appends.send(
                producer, TopicNames.STANDING_QUERIES, name.key(), StandingWire.key(name), value);
    }
}
