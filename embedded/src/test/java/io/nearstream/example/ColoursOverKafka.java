package io.nearstream.example;

import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes colours and asks for the nearest to another one; uses Kafka and the schemas only. */
public final class ColoursOverKafka {
    /** The only partition of the results that this client reads; its probes name it. */
    private static final int MY_PARTITION = 2;

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private ColoursOverKafka(String bootstrap) {
        Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap); // acks=all by default
        producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
        consumer =
                new KafkaConsumer<>(
                        kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        TopicPartition answers = new TopicPartition("nearstream.results.v1", MY_PARTITION);
        consumer.assign(List.of(answers));
        consumer.seekToEnd(List.of(answers));
        consumer.position(answers); // looks the end up now, before anything is asked
    }

    public static void main(String[] args) throws Exception {
        ColoursOverKafka colours = new ColoursOverKafka(args[0]);
        colours.write("navy", 0, 0, 128);
        colours.write("tomato", 255, 99, 71);
        long written = colours.write("coral", 255, 127, 80);

        ProbeResult result = colours.nearest(2, rgb(250, 128, 114), written);
        System.out.println(result.getStatus());
        for (Hit hit : result.getAnswers().get(0).getHits()) {
            System.out.printf("%-8s %.1f%n", hit.getId(), hit.getDistance());
        }
        colours.producer.close();
        colours.consumer.close();
    }

    /** Puts a colour; returns the time at which the broker appended it. */
    private long write(String id, int red, int green, int blue) throws Exception {
        VectorWrite write =
                VectorWrite.newBuilder()
                        .setCollection("colours")
                        .setId(id)
                        .setEncoding(VectorEncoding.UINT8)
                        .setVector(rgb(red, green, blue))
                        .build();
        return send("nearstream.vectors.v1", "colours/" + id, write);
    }

    /** Asks for the k nearest colours, with everything that was written up to a time. */
    private ProbeResult nearest(int k, ByteBuffer colour, long written) throws Exception {
        Probe probe =
                Probe.newBuilder()
                        .setId(UUID.randomUUID().toString())
                        .setCollection("colours")
                        .setVectors(List.of(colour))
                        .setK(k)
                        .setConsistency(Consistency.AT_LEAST)
                        .setAtLeast(written)
                        .setDeadlineMs(30_000L)
                        .setResultPartition(MY_PARTITION)
                        .build();
        send("nearstream.probes.v1", probe.getId(), probe);
        AvroWire wire = AvroWire.of(ProbeResult.getClassSchema());
        while (true) { // an answer always comes: complete, partial at the deadline, or refused
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                ProbeResult result = (ProbeResult) wire.decode(record.value());
                if (result.getProbeId().equals(probe.getId())) {
                    return result; // after a failure it may come twice: take the first
                }
            }
        }
    }

    private long send(String topic, String key, SpecificRecordBase value) throws Exception {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        return producer.send(new ProducerRecord<>(topic, keyBytes, AvroWire.encode(value)))
                .get()
                .timestamp();
    }

    private static ByteBuffer rgb(int red, int green, int blue) {
        return ByteBuffer.wrap(new byte[] {(byte) red, (byte) green, (byte) blue});
    }
}
