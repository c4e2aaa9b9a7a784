package io.nearstream.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The settings of the Kafka clients that this client is made of. */
final class KafkaSettings {
    /** What the topics accept: payloads of 1 MiB, probes of 2 MiB, and room around them. */
    static final int REQUEST_BYTES_MAX = 4 << 20;

    /** An answer of the largest size still comes whole. */
    private static final int FETCH_BYTES = 8 << 20;

    /** An idle fetch is asked again so often; a record that arrives is answered at once. */
    private static final int FETCH_WAIT_MS = 100;

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(10);

    private KafkaSettings() {}

    static Map<String, Object> admin(String bootstrap, Duration timeout) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        return settings;
    }

    static Producer<byte[], byte[]> bulkProducer(ClientOptions options) {
        Map<String, Object> settings = producer(options, options.writeLinger());
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, options.batchBytes());
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, options.bufferBytes());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * For probes and settings, which must not wait. With one request under way, what comes
     * meanwhile leaves together in the next: many probes cost the broker few requests.
     */
    static Producer<byte[], byte[]> promptProducer(ClientOptions options) {
        Map<String, Object> settings = producer(options, options.probeLinger());
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> producer(ClientOptions options, Duration linger) {
        int timeoutMs = (int) options.requestTimeout().toMillis();
        int lingerMs = (int) Math.min(linger.toMillis(), timeoutMs / 2);
        int attemptMs = (int) Math.min(ATTEMPT_MAX.toMillis(), timeoutMs - lingerMs);
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrap());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, lingerMs);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, attemptMs);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMs);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
        return settings;
    }

    /** A consumer without a group: it is told its partition, and where to start. */
    static Consumer<byte[], byte[]> consumer(ClientOptions options) {
        return consumer(options, "read_uncommitted");
    }

    /** The same that reads what is committed only. */
    static Consumer<byte[], byte[]> committedConsumer(ClientOptions options) {
        return consumer(options, "read_committed");
    }

    private static Consumer<byte[], byte[]> consumer(ClientOptions options, String isolation) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.bootstrap());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
        // By default only every 5 minutes: partitions that are added would be noticed no sooner.
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, StandingTopics.LOOK_EVERY.toMillis());
        settings.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) options.requestTimeout().toMillis());
        return new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
