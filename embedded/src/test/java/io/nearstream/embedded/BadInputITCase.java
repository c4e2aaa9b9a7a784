package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.testing.Property;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bad writes and bad probes between good ones, through the real jobs. */
@Timeout(180)
class BadInputITCase {
    private static final int ROUNDS = 300;

    @TempDir private Path dir;

    @Test
    void badRecordsAreSetAsideAndNobodyElseIsHarmed() {
        Property.holds(1, this::sendBadAndGood);
    }

    private void sendBadAndGood(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 2, 2));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                KafkaProducer<byte[], byte[]> raw =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", nearstream.bootstrap()),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            RandomWrites good =
                    new RandomWrites(
                            client.collections().create(RandomWrites.settings("good", 8, 2_000)),
                            200,
                            random);
            for (int i = 0; i < ROUNDS; i++) {
                good.send(client, 1);
                byte[] key = ("good/v" + i).getBytes(StandardCharsets.UTF_8);
                raw.send(new ProducerRecord<>(TopicNames.VECTORS, key, noise(random)));
                raw.send(new ProducerRecord<>(TopicNames.PROBES, key, noise(random)));
                raw.send(new ProducerRecord<>(TopicNames.INDEX_CHANGES, key, noise(random)));
                raw.send(new ProducerRecord<>(TopicNames.INDEX_MOVES, key, noise(random)));
            }
            raw.flush();
            good.assertFound(client);
            assertThat(nearstream.flink().numRestarts(nearstream.ingestJobId())).isZero();
            assertThat(nearstream.flink().numRestarts(nearstream.queryJobId())).isZero();
            awaitRecords(nearstream.bootstrap(), TopicNames.DEAD_LETTERS);
        }
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] noise = new byte[1 + random.nextInt(200)];
        random.nextBytes(noise);
        return noise;
    }

    /** One for each bad write; they are committed with a checkpoint. */
    private static void awaitRecords(String bootstrap, String topic) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            AtomicInteger read = new AtomicInteger();
            Await.until(
                    "dead letters of all bad writes",
                    () -> read.addAndGet(consumer.poll(Duration.ofMillis(100)).count()) >= ROUNDS);
            assertThat(read.get()).isEqualTo(ROUNDS);
        }
    }
}
