package io.nearstream.client;

import io.nearstream.jobs.common.topics.TopicNames;
import java.time.Duration;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * The client of a Nearstream: collections, writes and probes, over its Kafka broker. Opens what is
 * asked for, once. Thread-safe: one client serves a whole application.
 *
 * <pre>{@code
 * try (NearstreamClient client = NearstreamClient.connect("localhost:9092")) {
 *     CollectionSettings words = client.collections().describe("words").settings();
 *     WriteReceipt receipt = client.writer().upsert(VectorUpsert.of(words, "a", vector)).get();
 *     ProbeResult found = client.prober()
 *             .send(ProbeRequest.nearest("words", 10, List.of(vector)).atLeast(receipt.appendTime()))
 *             .get();
 * }
 * }</pre>
 */
public final class NearstreamClient implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final ClientOptions options;
    @Nullable private Producer<byte[], byte[]> promptProducer;
    @Nullable private Producer<byte[], byte[]> bulkProducer;
    @Nullable private CollectionAdmin collections;
    @Nullable private VectorWriter writer;
    @Nullable private Prober prober;
    private boolean closed;

    private NearstreamClient(ClientOptions options) {
        this.options = options;
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
        try (Admin admin = Bootstrap.connect(options.bootstrap(), options.connectTimeout())) {
            Bootstrap.requireTopics(
                    admin,
                    Set.of(
                            TopicNames.COLLECTIONS,
                            TopicNames.VECTORS,
                            TopicNames.PROBES,
                            TopicNames.RESULTS),
                    options.connectTimeout());
        }
        return new NearstreamClient(options);
    }

    /** Creates, lists, describes and drops collections. */
    public synchronized CollectionAdmin collections() {
        checkOpen();
        if (collections == null) {
            collections =
                    new CollectionAdmin(
                            promptProducer(),
                            new CollectionLog(KafkaSettings.consumer(options)),
                            options.requestTimeout(),
                            options.random());
        }
        return collections;
    }

    /** Puts and deletes vectors. */
    public synchronized VectorWriter writer() {
        checkOpen();
        if (writer == null) {
            bulkProducer = KafkaSettings.bulkProducer(options);
            writer = new VectorWriter(bulkProducer);
        }
        return writer;
    }

    /** Sends probes. */
    public synchronized Prober prober() {
        checkOpen();
        if (prober == null) {
            try {
                prober =
                        Prober.start(
                                promptProducer(),
                                KafkaSettings.consumer(options),
                                options,
                                Prober.GRACE);
            } catch (KafkaException failure) {
                throw new NearstreamException(
                        "Could not read %s: %s".formatted(TopicNames.RESULTS, failure.getMessage()),
                        failure);
            }
        }
        return prober;
    }

    private Producer<byte[], byte[]> promptProducer() {
        if (promptProducer == null) {
            promptProducer = KafkaSettings.promptProducer(options);
        }
        return promptProducer;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The client is closed.");
        }
    }

    /** Sends what lingers, then ends every probe that still waits. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (bulkProducer != null) {
            bulkProducer.close(CLOSE_TIMEOUT);
        }
        if (prober != null) {
            prober.close();
        }
        if (promptProducer != null) {
            promptProducer.close(CLOSE_TIMEOUT);
        }
        if (collections != null) {
            collections.close();
        }
    }
}
