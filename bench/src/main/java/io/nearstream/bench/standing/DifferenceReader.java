package io.nearstream.bench.standing;

import io.nearstream.client.NearstreamException;
import io.nearstream.client.StandingAnswer;
import io.nearstream.client.StandingAnswers;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.StandingKind;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the differences of all standing queries uncommitted, on a thread of its own: when each was
 * seen, whether sequence numbers follow, and the answers of some, folded. Thread-safe.
 */
final class DifferenceReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final AvroWire WIRE = AvroWire.of(StandingDifference.getClassSchema());

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<QueryName> checked;
    private final Thread thread = new Thread(this::read, "bench-differences");
    private final long[] counts = new long[StandingKind.values().length];
    private final Map<String, Long> sequences = new HashMap<>();
    private final StandingAnswers answers = new StandingAnswers();
    private SeenDifferences seen = new SeenDifferences();
    private long outOfStep;
    private long misfolded;
    private final Map<QueryName, Long> snapshotLeases = new HashMap<>();
    @Nullable private RuntimeException failure;
    private volatile boolean closing;

    /**
     * Reads from the topic's beginning.
     *
     * @param checked queries whose answers are folded
     */
    DifferenceReader(String bootstrap, Set<QueryName> checked) {
        this.checked = Set.copyOf(checked);
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                false,
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                5_000),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(TopicNames.STANDING_DIFFERENCES).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            while (!closing) {
                var records = consumer.poll(POLL);
                long at = System.nanoTime();
                synchronized (this) {
                    for (ConsumerRecord<byte[], byte[]> record : records) {
                        take((StandingDifference) WIRE.decode(record.value()), at);
                    }
                }
            }
        } catch (WakeupException closed) {
            // Closed while it waited for records.
        } catch (UndecodableException broken) {
            fail(new NearstreamException("A difference does not decode.", broken));
        } catch (RuntimeException broken) {
            fail(broken);
        } finally {
            consumer.close();
        }
    }

    private synchronized void fail(RuntimeException cause) {
        failure = cause;
    }

    private void take(StandingDifference told, long at) throws UndecodableException {
        counts[told.getKind().ordinal()]++;
        if (told.getKind() == StandingKind.REFUSED) {
            throw new NearstreamException(
                    "A registration was refused: %s, %s"
                            .formatted(told.getReason(), told.getMessage()));
        }
        if (told.getKind() == StandingKind.CHANGE) {
            seen.add(
                    SeenDifferences.write(
                            told.getCause().getPartition(), told.getCause().getOffset()),
                    at);
        }
        // Nothing is replaced or ends here: numbers of a name go on.
        Long before = sequences.put(told.getId(), told.getSequence());
        if (told.getSequence() != (before == null ? 1 : before + 1)) {
            outOfStep++;
        }
        QueryName name = new QueryName(told.getSubscriber(), told.getId());
        if (told.getKind() == StandingKind.SNAPSHOT) {
            snapshotLeases.put(name, told.getUntil());
        }
        if (checked.contains(name)) {
            fold(StandingWire.from(told));
        }
    }

    /** A snapshot of what was folded before must be the same again. */
    private void fold(Difference difference) {
        Optional<StandingAnswer> before = answers.answer(difference.query());
        StandingAnswer after = answers.take(difference).answer();
        if (difference.kind() == Difference.Kind.SNAPSHOT) {
            boolean differs =
                    before.isPresent()
                            && before.get().status() == StandingAnswer.Status.CURRENT
                            && !before.get().hits().equals(after.hits());
            misfolded += differs ? 1 : 0;
        }
    }

    private void check() {
        if (failure != null) {
            throw failure;
        }
    }

    /** How many of a kind were told. */
    synchronized long count(StandingKind kind) {
        check();
        return counts[kind.ordinal()];
    }

    /**
     * Of how many queries a snapshot was told with that lease, or a later one: such a snapshot is
     * behind the registration that asked for the lease.
     */
    synchronized long snapshotsWithLease(Map<QueryName, Long> leaseEnds) {
        check();
        return leaseEnds.entrySet().stream()
                .filter(each -> snapshotLeases.getOrDefault(each.getKey(), 0L) >= each.getValue())
                .count();
    }

    /** Differences that were seen since the last call. */
    synchronized SeenDifferences takeSeen() {
        check();
        SeenDifferences taken = seen;
        seen = new SeenDifferences();
        return taken;
    }

    /** Differences whose number was not that after the one before. */
    synchronized long outOfStep() {
        return outOfStep;
    }

    /** Snapshots that were not what had been folded. */
    synchronized long misfolded() {
        return misfolded;
    }

    /** The folded answer of a checked query. */
    synchronized Optional<StandingAnswer> answer(QueryName query) {
        check();
        return answers.answer(query);
    }

    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
