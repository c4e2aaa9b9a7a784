package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.queryablestate.client.QueryableStateClient;
import org.apache.flink.queryablestate.exceptions.UnknownKeyOrNamespaceException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Anybody's Kafka producer writes a key, and Flink's own client of queryable state reads it: by the
 * published name and serializers, without a class of our client.
 */
@Timeout(60)
@SuppressWarnings("deprecation") // the client of queryable state, shipped without a successor
class KeyValueStateITCase {
    @TempDir private Path dir;

    @Test
    void plainClientsWriteAndRead() throws Exception {
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir));
                KafkaProducer<byte[], byte[]> producer = producer(nearstream.bootstrap())) {
            byte[] key = "greeting".getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(TopicNames.KV_WRITES, key, put("hello"))).get();
            assertThat(new String(read(nearstream, "greeting").value().value())).isEqualTo("hello");
            assertThat(missing(nearstream, "nobody")).isTrue();

            byte[] largest = new byte[1 << 20];
            new SplittableRandom(1).nextBytes(largest); // cannot be compressed
            key = "largest".getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(TopicNames.KV_WRITES, key, put(largest))).get();
            assertThat(read(nearstream, "largest").value().value()).isEqualTo(largest);
        }
    }

    private static byte[] put(String value) {
        return put(value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] put(byte[] value) {
        return AvroWire.encode(
                new KeyValueWrite(
                        KeyValueOp.PUT,
                        ByteBuffer.wrap(value),
                        null,
                        KeyValueCondition.NONE,
                        null,
                        null,
                        null,
                        null));
    }

    /**
     * Asks until the key is there: a live read waits for nothing. A TaskManager that runs no task
     * of the job cannot say where its state is; another one can.
     */
    private static KeyValueEntry read(EmbeddedNearstream nearstream, String key) throws Exception {
        while (true) {
            for (String address : nearstream.stateAddresses()) {
                try {
                    return query(address, key);
                } catch (ExecutionException notYet) {
                    assertThat(notYet)
                            .hasStackTraceContaining("org.apache.flink.queryablestate.exceptions");
                }
            }
        }
    }

    private static boolean missing(EmbeddedNearstream nearstream, String key) throws Exception {
        for (String address : nearstream.stateAddresses()) {
            try {
                query(address, key);
            } catch (ExecutionException failure) {
                if (failure.getCause() instanceof UnknownKeyOrNamespaceException) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a plain Flink client reads at a proxy. */
    static KeyValueEntry query(String proxy, String key) throws Exception {
        String[] address = proxy.split(":");
        QueryableStateClient client =
                new QueryableStateClient(address[0], Integer.parseInt(address[1]));
        try {
            client.setExecutionConfig(new ExecutionConfig());
            return client.getKvState(
                            JobIds.INGEST,
                            KeyValueState.QUERYABLE_NAME,
                            key,
                            KeyValueState.KEY_TYPE,
                            KeyValueState.descriptor())
                    .get(20, TimeUnit.SECONDS)
                    .value();
        } finally {
            client.shutdownAndHandle().get(20, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        4 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
