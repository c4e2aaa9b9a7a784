package io.nearstream.client;

import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.schemas.StandingRegistration;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which queries of a watch are to be registered again: for a snapshot where the answer is not
 * known, and for another lease where that is wanted. Both as the topic has them. Not thread-safe.
 */
final class StandingUpkeep {
    private static final long EVERY_MS = 1_000;

    private final StandingDefinitions definitions;
    private final Optional<Duration> renewal;
    private final Clock clock;
    private final SnapshotAsks asks = new SnapshotAsks();
    private long next;

    StandingUpkeep(StandingWatchOptions options) {
        this.definitions = new StandingDefinitions(options.subscriber());
        this.renewal = options.renewal();
        this.clock = options.clock();
    }

    /**
     * A record of the registrations' topic.
     *
     * @param isNew whether its answer is still to be told
     */
    void registered(ConsumerRecord<byte[], byte[]> record, boolean isNew) {
        Optional<StandingDefinitions.Definition> taken = definitions.take(record);
        if (isNew) {
            taken.ifPresent(definition -> asks.expect(definition.name(), clock.millis()));
        }
    }

    /** A difference came. */
    void told(Difference difference) {
        if (difference.kind() == Difference.Kind.REFUSED) {
            definitions.refused(difference.query(), difference.registered());
        } else if (difference.kind() == Difference.Kind.ENDED) {
            definitions.ended(difference.query(), difference.cause().time());
        }
    }

    /** What is to be appended, looked for once a second; it is due again where that fails. */
    List<StandingRegistration> due(StandingAnswers answers) {
        long now = clock.millis();
        if (now < next && now >= next - EVERY_MS) { // a clock may be set back
            return List.of();
        }
        List<StandingRegistration> due = new ArrayList<>();
        next = now + EVERY_MS;
        for (StandingDefinitions.Definition definition : definitions.live(now)) {
            QueryName name = definition.name();
            boolean known = answers.isKnown(name);
            if (known) {
                asks.forget(name);
            }
            long left = definition.until() - now;
            boolean renews = renewal.isPresent() && left < renewal.get().toMillis() / 2;
            if (renews || !known && asks.isDue(name, now)) {
                due.add(
                        StandingRegistration.newBuilder(definition.registration())
                                .setLeaseMs(renews ? renewal.get().toMillis() : left)
                                .setSnapshot(!known)
                                .build());
            }
        }
        return due;
    }
}
