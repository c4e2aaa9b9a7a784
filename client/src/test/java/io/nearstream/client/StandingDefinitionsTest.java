package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class StandingDefinitionsTest {
    private static final QueryName QUERY = new QueryName("me", "q");
    private static final long TIME = 1_000;
    private static final long HOUR_MS = 3_600_000;

    private final StandingDefinitions definitions = new StandingDefinitions("me", Optional.empty());
    private long offset;

    private static StandingRegistration registration(QueryName of, int k, long leaseMs) {
        return StandingRegistration.newBuilder()
                .setSubscriber(of.subscriber())
                .setId(of.id())
                .setCollection("c")
                .setVector(ByteBuffer.wrap(new byte[] {1, 2}))
                .setK(k)
                .setLeaseMs(leaseMs)
                .build();
    }

    private ConsumerRecord<byte[], byte[]> record(
            QueryName key, StandingRegistration registration) {
        byte[] name = StandingWire.key(key);
        byte[] value = AvroWire.encode(registration);
        return new ConsumerRecord<>(
                TopicNames.STANDING_QUERIES,
                0,
                offset,
                TIME,
                TimestampType.LOG_APPEND_TIME,
                name.length,
                value.length,
                name,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    /** Comes from the topic; its stamp. */
    private Version register(QueryName key, StandingRegistration registration) {
        definitions.take(record(key, registration));
        return new Version(TIME, 0, offset++);
    }

    private List<Version> live() {
        return definitions.live(TIME).stream().map(StandingDefinitions.Definition::stamp).toList();
    }

    @Test
    void whatWasReplacedStandsWhereItsSuccessorIsRefused() {
        Version first = register(QUERY, registration(QUERY, 10, HOUR_MS));
        Version other = register(QUERY, registration(QUERY, 1_000_000, HOUR_MS));
        assertThat(live()).containsExactly(other);

        definitions.refused(QUERY, other);

        assertThat(live()).containsExactly(first);
    }

    /** Else whoever asks again for what is refused would do so until its lease is over. */
    @Test
    void ofWhatIsRefusedAgainNothingStands() {
        register(QUERY, registration(QUERY, 1_000_000, HOUR_MS));
        StandingRegistration again = registration(QUERY, 1_000_000, HOUR_MS / 2);
        again.setSnapshot(true);
        Version asked = register(QUERY, again);

        definitions.refused(QUERY, asked);

        assertThat(live()).isEmpty();
    }

    @Test
    void askingAgainDoesNotForgetWhatWasReplaced() {
        Version first = register(QUERY, registration(QUERY, 10, HOUR_MS));
        register(QUERY, registration(QUERY, 1_000_000, HOUR_MS));
        Version asked = register(QUERY, registration(QUERY, 1_000_000, HOUR_MS / 2));

        definitions.refused(QUERY, asked);

        assertThat(live()).containsExactly(first);
    }

    /** Jobs refuse it; appended under the name that it bears it would be somebody else's. */
    @Test
    void aRegistrationUnderTheNameOfAnotherIsNone() {
        register(QUERY, registration(new QueryName("me", "other"), 10, HOUR_MS));
        register(QUERY, registration(new QueryName("you", "q"), 10, HOUR_MS));

        assertThat(live()).isEmpty();
    }

    @Test
    void ofOneNameNoOtherIsTaken() {
        StandingDefinitions one = new StandingDefinitions("me", Optional.of("q"));
        QueryName other = new QueryName("me", "other");
        one.take(record(other, registration(other, 10, HOUR_MS)));
        one.take(record(QUERY, registration(QUERY, 10, HOUR_MS)));

        assertThat(one.live(TIME))
                .extracting(StandingDefinitions.Definition::name)
                .containsExactly(QUERY);
    }

    /** The time that all of it takes says nothing of the broker. */
    @Test
    void readingGivesUpWhereNothingMoreComesAndSaysHowFarItCame() {
        TopicPartition partition = new TopicPartition(TopicNames.STANDING_QUERIES, 0);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updatePartitions(
                partition.topic(),
                List.of(
                        new PartitionInfo(
                                partition.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, 3L));
        for (int i = 0; i < 2; i++) {
            ConsumerRecord<byte[], byte[]> record = record(QUERY, registration(QUERY, 10, HOUR_MS));
            consumer.schedulePollTask(() -> consumer.addRecord(record));
            offset++;
        }

        assertThatThrownBy(() -> definitions.readToEnd(consumer, Duration.ofMillis(50)))
                .isInstanceOf(NearstreamException.class)
                .hasMessageContaining(
                        "2 of 3 registrations were read, and no other came within 50 ms");
        assertThat(consumer.closed()).isTrue();
    }
}
