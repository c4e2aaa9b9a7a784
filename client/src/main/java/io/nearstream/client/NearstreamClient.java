package io.nearstream.client;

import io.nearstream.jobs.common.topics.TopicNames;
import java.time.Clock;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.kafka.clients.admin.Admin;

/**
 * The client of a Nearstream: collections, writes, probes and keys, over its Kafka broker. Opens
 * what is asked for, once. Thread-safe: one client serves a whole application.
 *
 * <pre>{@code
 * try (NearstreamClient client = NearstreamClient.connect("localhost:9092")) {
 *     CollectionSettings words = client.collections().describe("words").settings();
 *     WriteReceipt receipt = client.writer().upsert(VectorUpsert.of(words, "a", vector)).get();
 *     ProbeResult found = client.prober()
 *             .send(ProbeRequest.nearest("words", 10, List.of(vector)).atLeast(receipt.appendTime()))
 *             .get();
 *     client.keyValues().writer().apply(KeyValueRequest.put("greeting", bytes).ifAbsent()).get();
 *     Optional<KeyValue> greeting = client.keyValues().strong().get("greeting").get();
 * }
 * }</pre>
 */
public final class NearstreamClient implements AutoCloseable {
    private final ClientOptions options;
    private final KafkaClients kafka;
    @Nullable private CollectionAdmin collections;
    @Nullable private VectorWriter writer;
    @Nullable private Prober prober;
    @Nullable private KeyValues keyValues;
    @Nullable private StandingQueries standingQueries;
    private boolean closed;

    private NearstreamClient(ClientOptions options) {
        this.options = options;
        this.kafka = new KafkaClients(options);
    }

    /**
     * Connects with the default options.
     *
     * @param bootstrap {@code HOST:PORT}, several separated by commas
     * @throws NearstreamException within about 5 s if nothing answers there, or the topics are
     *     missing
     */
    public static NearstreamClient connect(String bootstrap) {
        return connect(ClientOptions.of(bootstrap));
    }

    /** Connects; see {@link #connect(String)}. */
    public static NearstreamClient connect(ClientOptions options) {
        requireTopics(
                options,
                Set.of(
                        TopicNames.COLLECTIONS,
                        TopicNames.VECTORS,
                        TopicNames.PROBES,
                        TopicNames.RESULTS));
        return new NearstreamClient(options);
    }

    private static void requireTopics(ClientOptions options, Set<String> topics) {
        try (Admin admin = Bootstrap.connect(options.bootstrap(), options.connectTimeout())) {
            Bootstrap.requireTopics(admin, topics, options.connectTimeout());
        }
    }

    /** Creates, lists, describes and drops collections. */
    public synchronized CollectionAdmin collections() {
        checkOpen();
        if (collections == null) {
            collections =
                    new CollectionAdmin(
                            kafka.prompt(),
                            new CollectionLog(kafka.consumer()),
                            options.requestTimeout(),
                            options.random());
        }
        return collections;
    }

    /** Puts and deletes vectors. */
    public synchronized VectorWriter writer() {
        checkOpen();
        if (writer == null) {
            writer = new VectorWriter(kafka.bulk());
        }
        return writer;
    }

    /** Sends probes. */
    public synchronized Prober prober() {
        checkOpen();
        if (prober == null) {
            prober = Prober.start(kafka.prompt(), kafka.consumer(), options, Prober.GRACE);
        }
        return prober;
    }

    /**
     * Writes, reads and watches keys.
     *
     * @throws NearstreamException at the first call, if the topics of the keys are missing
     */
    public synchronized KeyValues keyValues() {
        checkOpen();
        if (keyValues == null) {
            requireTopics(
                    options,
                    Set.of(TopicNames.KV_WRITES, TopicNames.KV_CHANGES, TopicNames.KV_RESULTS));
            keyValues = new KeyValues(kafka);
        }
        return keyValues;
    }

    /**
     * Registers, drops and follows standing queries.
     *
     * @throws NearstreamException at the first call, if their topics are missing
     */
    public synchronized StandingQueries standingQueries() {
        checkOpen();
        if (standingQueries == null) {
            requireTopics(
                    options, Set.of(TopicNames.STANDING_QUERIES, TopicNames.STANDING_DIFFERENCES));
            standingQueries =
                    new StandingQueries(
                            kafka.prompt(),
                            committed -> committed ? kafka.committedConsumer() : kafka.consumer(),
                            options.requestTimeout(),
                            Clock.systemUTC());
        }
        return standingQueries;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The client is closed.");
        }
    }

    /** Sends what lingers, then ends every probe, read and watch. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        kafka.closeBulk();
        if (keyValues != null) {
            keyValues.close();
        }
        if (standingQueries != null) {
            standingQueries.close();
        }
        if (prober != null) {
            prober.close();
        }
        kafka.closePrompt();
        if (collections != null) {
            collections.close();
        }
    }
}
