package io.nearstream.client;

import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The Kafka clients of one client, opened when they are first asked for. Thread-safe. */
final class KafkaClients {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final ClientOptions options;
    @Nullable private Producer<byte[], byte[]> prompt;
    @Nullable private Producer<byte[], byte[]> bulk;

    KafkaClients(ClientOptions options) {
        this.options = options;
    }

    ClientOptions options() {
        return options;
    }

    /** For what waits for an answer. */
    synchronized Producer<byte[], byte[]> prompt() {
        if (prompt == null) {
            prompt = KafkaSettings.promptProducer(options);
        }
        return prompt;
    }

    /** For writes without an answer. */
    synchronized Producer<byte[], byte[]> bulk() {
        if (bulk == null) {
            bulk = KafkaSettings.bulkProducer(options);
        }
        return bulk;
    }

    /** A new consumer without a group; the caller closes it. */
    Consumer<byte[], byte[]> consumer() {
        return KafkaSettings.consumer(options);
    }

    /** The same that reads what is committed only. */
    Consumer<byte[], byte[]> committedConsumer() {
        return KafkaSettings.committedConsumer(options);
    }

    /** Sends what lingers. */
    synchronized void closeBulk() {
        if (bulk != null) {
            bulk.close(CLOSE_TIMEOUT);
        }
    }

    synchronized void closePrompt() {
        if (prompt != null) {
            prompt.close(CLOSE_TIMEOUT);
        }
    }
}
