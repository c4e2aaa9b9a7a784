package io.nearstream.client;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.Difference.Kind;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The topics of standing queries in memory, a partition each, and who reads them. */
final class WatchedTopics extends MockConsumer<byte[], byte[]> {
    static final long HOUR_MS = 3_600_000;

    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final AtomicLong now;
    private volatile boolean breaks;

    /** Append times are by this clock, milliseconds since 1970. */
    WatchedTopics(AtomicLong now) {
        super("earliest");
        this.now = now;
        for (String topic : List.of(TopicNames.STANDING_QUERIES, TopicNames.STANDING_DIFFERENCES)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            ends.put(partition, 0L);
            updateBeginningOffsets(Map.of(partition, 0L));
            updateEndOffsets(Map.of(partition, 0L));
            updatePartitions(
                    topic,
                    List.of(new PartitionInfo(topic, 0, Node.noNode(), new Node[0], new Node[0])));
        }
    }

    /** Closes, but not in order. */
    void breakAtClose() {
        breaks = true;
    }

    @Override
    public synchronized void close() {
        super.close();
        if (breaks) {
            throw new KafkaException("not in order");
        }
    }

    /** Appends behind everything; the consumer must have its assignment, or it comes with it. */
    Version append(String topic, byte[] key, byte[] value) {
        TopicPartition partition = new TopicPartition(topic, 0);
        long offset = ends.merge(partition, 1L, Long::sum) - 1;
        long time = now.get();
        updateEndOffsets(Map.of(partition, offset + 1));
        schedulePollTask(
                () ->
                        addRecord(
                                new ConsumerRecord<>(
                                        topic,
                                        0,
                                        offset,
                                        time,
                                        TimestampType.LOG_APPEND_TIME,
                                        0,
                                        0,
                                        key,
                                        value,
                                        new RecordHeaders(),
                                        Optional.empty())));
        return new Version(time, 0, offset);
    }

    Version register(QueryName name, long leaseMs) {
        StandingQuery query =
                new StandingQuery(
                        new byte[] {1, 2},
                        3,
                        Double.POSITIVE_INFINITY,
                        LabelFilter.NONE,
                        StandingQuery.ALL_CELLS);
        return append(
                TopicNames.STANDING_QUERIES,
                StandingWire.key(name),
                StandingWire.encode(name, "c", query, leaseMs, false));
    }

    void tell(QueryName name, Version registered, long sequence, Kind kind, String... ids) {
        tell(
                name,
                registered,
                sequence,
                kind,
                kind == Kind.REFUSED ? Reason.BAD_K.name() : "",
                ids);
    }

    void refuse(QueryName name, Version registered, Reason reason) {
        tell(name, registered, 0, Kind.REFUSED, reason.name(), new String[0]);
    }

    private void tell(
            QueryName name,
            Version registered,
            long sequence,
            Kind kind,
            String reason,
            String[] ids) {
        List<Difference.Hit> hits =
                IntStream.range(0, ids.length)
                        .mapToObj(i -> new Difference.Hit(ids[i], i, registered, i))
                        .toList();
        Difference difference =
                new Difference(
                        name,
                        registered,
                        sequence,
                        kind,
                        new Version(now.get(), 0, 0),
                        List.of(),
                        hits,
                        false,
                        reason,
                        "",
                        now.get() + HOUR_MS);
        append(
                TopicNames.STANDING_DIFFERENCES,
                StandingWire.subscriberKey(name.subscriber()),
                StandingWire.encode(difference, 7));
    }
}
