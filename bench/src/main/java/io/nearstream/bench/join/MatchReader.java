package io.nearstream.bench.join;

import io.nearstream.client.NearstreamException;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Match;
import io.nearstream.schemas.MatchOp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed matches of a join whose records have row numbers as ids; all others are
 * marks. One thread at a time.
 */
final class MatchReader implements AutoCloseable {
    private static final AvroWire WIRE = AvroWire.of(Match.getClassSchema());
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final Pattern ROW = Pattern.compile("[0-9]+");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    /**
     * What was said of two rows.
     *
     * @param pair see {@link TruePairs#pair}
     * @param at when it was read, of {@link System#nanoTime}
     */
    record Said(long pair, boolean added, long at) {}

    MatchReader(String bootstrap) {
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        partitions =
                consumer.partitionsFor(TopicNames.MATCHES).stream()
                        .map(each -> new TopicPartition(each.topic(), each.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads on until a record with this id is said to be in a pair; what else was said. */
    List<Said> untilMark(String mark) {
        List<Said> said = new ArrayList<>();
        long start = System.nanoTime();
        boolean seen = false;
        while (!seen) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new NearstreamException(
                        "The join did not come to mark '%s' within %s.".formatted(mark, PATIENCE));
            }
            seen = poll(said, mark);
        }
        return said;
    }

    /** Reads on to what is the end now. */
    List<Said> toEnd() {
        List<Said> said = new ArrayList<>();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(said, "");
        }
        return said;
    }

    private boolean poll(List<Said> said, String mark) {
        boolean seen = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            Match match = decode(record);
            if (isRow(match.getEarlierId()) && isRow(match.getLaterId())) {
                long pair =
                        TruePairs.pair(
                                Integer.parseInt(match.getEarlierId()),
                                Integer.parseInt(match.getLaterId()));
                said.add(new Said(pair, match.getOp() == MatchOp.ADDED, System.nanoTime()));
            } else {
                seen |= match.getOp() == MatchOp.ADDED && match.getLaterId().equals(mark);
            }
        }
        return seen;
    }

    private static boolean isRow(String id) {
        return ROW.matcher(id).matches();
    }

    private static Match decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return (Match) WIRE.decode(record.value());
        } catch (UndecodableException broken) {
            throw new NearstreamException(
                    "Offset %d of %s-%d does not decode: %s"
                            .formatted(
                                    record.offset(),
                                    record.topic(),
                                    record.partition(),
                                    broken.getMessage()),
                    broken);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
