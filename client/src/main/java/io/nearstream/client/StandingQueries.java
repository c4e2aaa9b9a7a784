package io.nearstream.client;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingKind;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Registers, renews, lists, drops and follows standing queries. What becomes of them is told on
 * {@code nearstream.standing-differences.v1}, of a registration that is not accepted why. A name
 * stands for one collection at a time. Thread-safe.
 */
public final class StandingQueries {
    /** The longest lease. */
    public static final Duration LEASE_MAX = Duration.ofDays(7);

    /** Nobody's: what it registers is refused by the job that is asked for. */
    private static final QueryName PING = new QueryName("nearstream.ping", "job");

    private final Producer<byte[], byte[]> producer;
    private final Consumers consumers;
    private final Duration timeout;
    private final Clock clock;
    private final Set<StandingWatch> watches = new HashSet<>(); // guarded by itself

    /** Gives new consumers, which are closed here. */
    @FunctionalInterface
    interface Consumers {
        Consumer<byte[], byte[]> open(boolean committed);
    }

    /**
     * @param timeout of writes, and of a broker that gives nothing more to read
     * @param clock the brokers', about: which leases are over
     */
    StandingQueries(
            Producer<byte[], byte[]> producer, Consumers consumers, Duration timeout, Clock clock) {
        this.producer = producer;
        this.consumers = consumers;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * Registers a query, or renews its lease where it asks the same, or else replaces it. Its first
     * snapshot has every write that was appended before the registration. Where no job keeps
     * queries of the collection it waits for one: {@link #requireJob} tells.
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

    /**
     * Makes sure that a job keeps the standing queries of a collection, by asking for one that
     * every job refuses at once.
     *
     * @param collection as it stands now
     * @throws NearstreamException if none answers in time, or one of a former collection of that
     *     name
     */
    public void requireJob(CollectionSettings collection, Duration patience) {
        NearstreamException absent =
                absentJobs(List.of(collection), patience).get(collection.name());
        if (absent != null) {
            throw absent;
        }
    }

    /**
     * The same of several collections: all are asked, and waited for together.
     *
     * @return by name those without a job that knows them, and what to do
     */
    public Map<String, NearstreamException> absentJobs(
            List<CollectionSettings> collections, Duration patience) {
        try (StandingReplies replies = new StandingReplies(consumers.open(false), timeout)) {
            return StandingJobs.absent(
                    collections, PING.subscriber(), each -> ask(each.name()), replies, patience);
        }
    }

    /** The stamp of a registration that every job of the collection refuses at once. */
    private Version ask(String collection) {
        StandingQuery none =
                new StandingQuery(new byte[0], 1, Double.POSITIVE_INFINITY, LabelFilter.NONE, 1);
        return await(send(collection, PING, none, Duration.ZERO, false));
    }

    /**
     * Whether a job answers for a collection, or for a former one of its name: another one would
     * tell everything once more.
     *
     * @param patience in which a job that runs answers; where none does, it takes so long
     */
    public boolean isKept(String collection, Duration patience) {
        try (StandingReplies replies = new StandingReplies(consumers.open(false), timeout)) {
            Version stamp = ask(collection);
            return replies.await(
                            PING.subscriber(),
                            told -> stamp.equals(KeyValueWire.version(told.getRegistered())),
                            patience)
                    .isPresent();
        }
    }

    /**
     * Registers, renews or replaces a query and waits for what is told of that, uncommitted.
     *
     * @return the snapshot; where a query that is limited is renewed, that it is
     * @throws NearstreamException if it is refused, or not answered in time; then it stands once a
     *     job comes to it, until its lease ends
     */
    public Difference refreshAndAwait(
            String collection,
            QueryName name,
            StandingQuery query,
            Duration lease,
            Duration patience) {
        try (StandingReplies replies = new StandingReplies(consumers.open(false), timeout)) {
            Version stamp = await(refresh(collection, name, query, lease));
            long leaseEnd = stamp.time() + lease.toMillis();
            Difference told =
                    replies.await(
                                    name.subscriber(),
                                    each -> StandingReplies.answers(each, name, stamp, leaseEnd),
                                    patience)
                            .map(StandingReplies::difference)
                            .orElseThrow(() -> notYet(name, patience));
            if (told.kind() == Difference.Kind.REFUSED) {
                throw new NearstreamException(
                        "The standing query %s was refused (%s): %s"
                                .formatted(
                                        Limits.quote(name.key()), told.reason(), told.message()));
            }
            return told;
        }
    }

    private static NearstreamException notYet(QueryName name, Duration patience) {
        return new NearstreamException(
                "The standing query %s was registered, but its job has not come to it within %d ms: does the ingest job run? It stands once the job does, until its lease ends or it is dropped."
                        .formatted(Limits.quote(name.key()), patience.toMillis()));
    }

    /**
     * Ends a query and waits until that is told, uncommitted.
     *
     * @return whether it was told in time: of what does not stand nothing is
     */
    public boolean dropAndAwait(QueryName name, Duration patience) {
        try (StandingReplies replies = new StandingReplies(consumers.open(false), timeout)) {
            Version stamp = await(drop(name));
            return replies.await(
                            name.subscriber(),
                            told ->
                                    told.getId().equals(name.id())
                                            && told.getKind() == StandingKind.ENDED
                                            && told.getCause().getTime() >= stamp.time(),
                            patience)
                    .isPresent();
        }
    }

    private Version await(CompletableFuture<WriteReceipt> append) {
        WriteReceipt receipt =
                Calls.await(append, timeout, "write to " + TopicNames.STANDING_QUERIES);
        return new Version(receipt.appendTime(), receipt.partition(), receipt.offset());
    }

    /**
     * Follows the standing queries of a subscriber.
     *
     * @param listener called on the watch's own thread; what it throws ends the watch
     */
    public StandingWatch watch(
            StandingWatchOptions options, java.util.function.Consumer<StandingUpdate> listener) {
        StandingWatch[] opened = new StandingWatch[1];
        synchronized (watches) {
            opened[0] =
                    StandingWatch.start(
                            options,
                            listener,
                            consumers.open(options.committed()),
                            new StandingRegistrar(producer),
                            () -> forget(opened));
            watches.add(opened[0]);
        }
        return opened[0];
    }

    private void forget(StandingWatch[] watch) {
        synchronized (watches) {
            watches.remove(watch[0]);
        }
    }

    /**
     * The queries of a subscriber whose registrations are on the topic and whose lease is not over,
     * by id. Among them are those that were refused, which the topic cannot tell. Registrations of
     * all subscribers are read for that, those of 8 days, however long it takes.
     *
     * @throws NearstreamException if the topic cannot be read
     */
    public List<StandingInfo> list(String subscriber) {
        StandingDefinitions definitions = new StandingDefinitions(subscriber, Optional.empty());
        definitions.readToEnd(consumers.open(false), timeout);
        return live(definitions);
    }

    /**
     * One of them, looked for in the only partition of the topic that Kafka's own producers append
     * it to. What a client registered that chooses partitions by other rules is not found, nor what
     * was registered while the topic had fewer: {@link #list} knows those, too.
     *
     * @throws NearstreamException if the topic cannot be read
     */
    public Optional<StandingInfo> find(QueryName name) {
        StandingDefinitions definitions =
                new StandingDefinitions(name.subscriber(), Optional.of(name.id()));
        definitions.readOwnPartition(consumers.open(false), timeout);
        return live(definitions).stream().findAny();
    }

    private List<StandingInfo> live(StandingDefinitions definitions) {
        return definitions.live(clock.millis()).stream()
                .map(StandingDefinitions.Definition::info)
                .toList();
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

    /** Ends every watch. */
    void close() {
        List<StandingWatch> open;
        synchronized (watches) {
            open = List.copyOf(watches);
        }
        open.forEach(StandingWatch::close); // not under the lock: a listener may be calling here
    }
}
