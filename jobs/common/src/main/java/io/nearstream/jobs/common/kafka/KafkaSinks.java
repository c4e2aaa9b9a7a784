package io.nearstream.jobs.common.kafka;

import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The Kafka sinks of both jobs; they take records that are encoded already.
 *
 * @param bootstrap Kafka's address
 * @param buffers limit what waits for the broker
 */
public record KafkaSinks(String bootstrap, KafkaBuffers buffers) {
    /** As the embedded broker allows; a job that is down longer starts a new transaction. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

    /**
     * A task that is cancelled aborts its transaction and waits so long for a broker that does not
     * answer; meanwhile its job stands still. Kafka's default is a minute.
     */
    private static final Duration BLOCK_MAX = Duration.ofSeconds(20);

    private static final int BATCH_BYTES = 128 * 1024;

    /** As the dead-letter topic: a letter carries a whole record and says why. */
    private static final int REQUEST_BYTES_MAX = 5 * 1024 * 1024;

    /** Records are written at least once: for answers and moves, whose repeats are harmless. */
    public KafkaSink<OutRecord> atLeastOnce(Duration linger) {
        return builder(linger).setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE).build();
    }

    /**
     * Records are committed with the checkpoint and a paused producer is fenced. Starts from old
     * savepoints, too, whose transactions Kafka has forgotten.
     *
     * @param transactionalIdPrefix one of its own for every job
     */
    public Sink<OutRecord> exactlyOnce(Duration linger, String transactionalIdPrefix) {
        return new ForgivingSink(
                builder(linger)
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix(transactionalIdPrefix)
                        .setProperty(
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                Long.toString(TRANSACTION_TIMEOUT.toMillis()))
                        .setProperty(
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                Long.toString(BLOCK_MAX.toMillis()))
                        .build());
    }

    private KafkaSinkBuilder<OutRecord> builder(Duration linger) {
        Properties properties = new Properties();
        // What comes while a request is under way leaves together in the next one: a single record
        // never waits, and many cost the broker few requests.
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, Long.toString(linger.toMillis()));
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(buffers.sinkBytes()));
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(REQUEST_BYTES_MAX));
        return KafkaSink.<OutRecord>builder()
                .setBootstrapServers(bootstrap)
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(new Passthrough());
    }

    private static final class Passthrough implements KafkaRecordSerializationSchema<OutRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                OutRecord record, KafkaSinkContext context, Long timestamp) {
            Integer partition = record.partition() == OutRecord.BY_KEY ? null : record.partition();
            byte[] value = record.tombstone() ? null : record.value();
            return new ProducerRecord<>(record.topic(), partition, record.key(), value);
        }
    }
}
