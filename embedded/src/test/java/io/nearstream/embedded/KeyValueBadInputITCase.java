package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.BadKeyValues;
import io.nearstream.embedded.testing.BadKeyValues.Bad;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bad key-value requests between good ones, through the real job: none is lost, none harms. */
@Timeout(120)
class KeyValueBadInputITCase {
    private static final int ROUNDS = 8;

    @TempDir private Path dir;

    private record Sent(Bad bad, Future<RecordMetadata> where) {}

    @Test
    void badRequestsAreRefusedOrSetAsideAndNobodyElseIsHarmed() {
        Property.holds(1, this::sendBadAndGood);
    }

    private void sendBadAndGood(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 2, 2));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                KeyValueReader strong = client.keyValues().strong()) {
            Map<String, byte[]> good = new HashMap<>();
            List<Sent> sent = send(nearstream.bootstrap(), client, good, random);
            Map<String, KeyValue> found = strong.getAll(good.keySet()).join();
            assertThat(found.keySet()).isEqualTo(good.keySet());
            found.forEach((key, value) -> assertThat(value.value()).isEqualTo(good.get(key)));
            assertThat(strong.get("bad").join()).isEmpty();
            assertDeadLetters(nearstream.bootstrap(), sent);
            assertRefusals(nearstream.bootstrap(), sent);
            assertThat(nearstream.flink().numRestarts(nearstream.ingestJobId())).isZero();
            assertThat(nearstream.flink().numRestarts(nearstream.queryJobId())).isZero();
        }
    }

    private static List<Sent> send(
            String bootstrap,
            NearstreamClient client,
            Map<String, byte[]> good,
            SplittableRandom random) {
        KeyValueWriter writer = client.keyValues().writer();
        List<Sent> sent = new ArrayList<>();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrap, "max.request.size", 4 << 20);
        try (KafkaProducer<byte[], byte[]> raw =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int round = 0; round < ROUNDS; round++) {
                for (Bad bad : BadKeyValues.oneOfEach(random, "round-" + round + "-")) {
                    ProducerRecord<byte[], byte[]> record =
                            new ProducerRecord<>(
                                    TopicNames.KV_WRITES,
                                    random.nextInt(4),
                                    bad.key(),
                                    bad.value());
                    sent.add(new Sent(bad, raw.send(record)));
                    String key = "good-" + random.nextInt(200);
                    byte[] value = new byte[random.nextInt(300)];
                    random.nextBytes(value);
                    good.put(key, value);
                    writer.append(KeyValueRequest.put(key, value));
                }
            }
        }
        writer.flush();
        return sent;
    }

    /** One for each that cannot be answered, whole, with the reason; they come by checkpoints. */
    private static void assertDeadLetters(String bootstrap, List<Sent> sent) throws Exception {
        List<Sent> dead = sent.stream().filter(one -> one.bad().requestId() == null).toList();
        AvroWire wire = AvroWire.of(DeadLetter.getClassSchema());
        try (TopicReading letters = new TopicReading(bootstrap, TopicNames.DEAD_LETTERS)) {
            Await.until("there are all dead letters", () -> letters.poll().size() >= dead.size());
            Map<String, DeadLetter> byOrigin = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : letters.poll()) {
                DeadLetter letter = (DeadLetter) wire.decode(record.value());
                assertThat(letter.getTopic()).isEqualTo(TopicNames.KV_WRITES);
                String origin = letter.getPartition() + "/" + letter.getOffset();
                assertThat(byOrigin.put(origin, letter)).as("twice: %s", letter).isNull();
            }
            assertThat(byOrigin).hasSameSizeAs(dead);
            for (Sent one : dead) {
                RecordMetadata where = one.where().get();
                DeadLetter letter = byOrigin.get(where.partition() + "/" + where.offset());
                assertThat(letter.getReason()).isEqualTo(one.bad().reason().name());
                assertThat(letter.getMessage()).contains(one.bad().field());
                assertThat(letter.getValue())
                        .isEqualTo(
                                one.bad().value() == null
                                        ? null
                                        : ByteBuffer.wrap(one.bad().value()));
            }
        }
    }

    private static void assertRefusals(String bootstrap, List<Sent> sent) throws Exception {
        List<Bad> refused =
                sent.stream().map(Sent::bad).filter(bad -> bad.requestId() != null).toList();
        AvroWire wire = AvroWire.of(KeyValueResult.getClassSchema());
        Map<String, KeyValueResult> byId = new HashMap<>();
        try (TopicReading results = new TopicReading(bootstrap, TopicNames.KV_RESULTS)) {
            Await.until(
                    "all are answered",
                    () -> {
                        for (ConsumerRecord<byte[], byte[]> record : results.poll()) {
                            KeyValueResult result = (KeyValueResult) wire.decode(record.value());
                            byId.put(result.getRequestId(), result);
                        }
                        return refused.stream().allMatch(bad -> byId.containsKey(bad.requestId()));
                    });
        }
        for (Bad bad : refused) {
            KeyValueResult result = byId.get(bad.requestId());
            assertThat(result.getStatus()).isEqualTo(KeyValueStatus.REFUSED);
            assertThat(result.getReason()).isEqualTo(bad.reason().name());
            assertThat(result.getMessage()).contains(bad.field());
        }
    }
}
