package io.nearstream.client;

import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the standing queries of a subscriber: folds what is told of them into their answers and
 * tells each difference to a listener, with the answer as it is then, on one thread: what blocks
 * there delays what follows, and renewals, too. Where differences are missing or come again, the
 * answer is {@link StandingAnswer.Status#UNKNOWN}, and the watch asks for a snapshot by registering
 * the query again as the topic has it, for what is left of its lease; so it begins, too, unless
 * from the topic's beginning. Who drops or replaces a query in the very moment of such a question
 * may find it undone. What is refused is not asked for again, except where leases are renewed and
 * there was no room: that is tried for half an hour. Thread-safe.
 */
public final class StandingWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandingWatch.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final AvroWire WIRE = AvroWire.of(StandingDifference.getClassSchema());

    private final byte[] subscriberKey;
    private final Optional<String> only;
    private final java.util.function.Consumer<StandingUpdate> listener;
    private final Consumer<byte[], byte[]> consumer;
    private final java.util.function.Consumer<List<StandingRegistration>> registrar;
    private final Runnable onClose;
    private final StandingUpkeep upkeep;
    private final StandingAnswers answers = new StandingAnswers(); // guarded by itself
    private final StandingTopics topics;
    private final CompletableFuture<List<StandingInfo>> registered = new CompletableFuture<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread reader;
    private volatile boolean closing;

    private StandingWatch(
            StandingWatchOptions options,
            java.util.function.Consumer<StandingUpdate> listener,
            Consumer<byte[], byte[]> consumer,
            java.util.function.Consumer<List<StandingRegistration>> registrar,
            Runnable onClose) {
        this.subscriberKey = StandingWire.subscriberKey(options.subscriber());
        this.only = options.only();
        this.listener = listener;
        this.consumer = consumer;
        this.registrar = registrar;
        this.onClose = onClose;
        this.upkeep = new StandingUpkeep(options);
        this.topics = new StandingTopics(consumer, options.beginning());
        this.reader = new Thread(this::read, "nearstream-standing");
        this.reader.setDaemon(true);
    }

    /**
     * Starts to follow; stands at its start when it returns.
     *
     * @param consumer is the watch's from now on, or closed where this fails
     * @param registrar appends registrations; called on the watch's thread
     * @throws NearstreamException if the topics cannot be read
     */
    static StandingWatch start(
            StandingWatchOptions options,
            java.util.function.Consumer<StandingUpdate> listener,
            Consumer<byte[], byte[]> consumer,
            java.util.function.Consumer<List<StandingRegistration>> registrar,
            Runnable onClose) {
        try {
            StandingWatch watch =
                    new StandingWatch(options, listener, consumer, registrar, onClose);
            watch.reader.start();
            return watch;
        } catch (KafkaException failure) {
            consumer.close();
            throw failed(failure);
        }
    }

    private void read() {
        NearstreamException failure = null;
        try {
            while (!closing) {
                topics.requireSamePartitions();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record);
                }
                catchUp();
                if (registered.isDone()) {
                    registerAgain();
                }
            }
        } catch (WakeupException closed) {
            LOG.debug("The watch of standing queries was closed.");
        } catch (RuntimeException broken) {
            LOG.error("Following standing queries failed; no more is seen of them.", broken);
            failure = failed(broken);
        } catch (Error fatal) {
            failure = failed(fatal);
            throw fatal;
        } finally {
            try {
                closeConsumer();
            } finally {
                end(failure);
            }
        }
    }

    private void closeConsumer() {
        Thread.interrupted(); // A listener's interrupt would keep the consumer from it.
        try {
            consumer.close();
        } catch (KafkaException notClosed) {
            LOG.warn(
                    "The consumer of a watch of standing queries was not closed in order.",
                    notClosed);
        }
    }

    private void registerAgain() {
        List<StandingRegistration> due;
        synchronized (answers) {
            due = upkeep.due(answers, caughtUp.isDone());
        }
        if (!due.isEmpty()) {
            registrar.accept(due);
        }
    }

    private void end(@Nullable NearstreamException failure) {
        NearstreamException cause =
                failure != null ? failure : new NearstreamException("The watch was closed.");
        registered.completeExceptionally(cause);
        caughtUp.completeExceptionally(cause);
        if (failure != null) {
            ended.completeExceptionally(failure);
        } else {
            ended.complete(null);
        }
    }

    private void catchUp() {
        if (caughtUp.isDone()) {
            return;
        }
        topics.advance();
        if (!registered.isDone() && topics.registrationsAreRead()) {
            registered.complete(upkeep.registered());
        }
        if (topics.allIsRead()) {
            caughtUp.complete(null);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(TopicNames.STANDING_QUERIES)) {
            upkeep.registered(record, caughtUp.isDone());
        } else if (Arrays.equals(record.key(), subscriberKey)) {
            Difference difference;
            try {
                difference = StandingWire.from((StandingDifference) WIRE.decode(record.value()));
            } catch (UndecodableException broken) {
                // What is missing now shows in the next sequence number.
                LOG.warn(
                        "Ignored {}/{}/{}: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        broken.getMessage());
                return;
            }
            if (only.isPresent() && !only.get().equals(difference.query().id())) {
                return;
            }
            boolean again = upkeep.told(difference);
            StandingUpdate update;
            synchronized (answers) {
                update = answers.take(difference).withAgain(again);
            }
            listener.accept(update);
        }
    }

    /** What is known of a query now; empty where nothing was told of it, or that it is over. */
    public Optional<StandingAnswer> answer(QueryName query) {
        synchronized (answers) {
            return answers.answer(query);
        }
    }

    /** What is known of all queries of the subscriber now, in no order. */
    public List<StandingAnswer> answers() {
        synchronized (answers) {
            return answers.all();
        }
    }

    /**
     * Complete once all registrations were read that were on the topic when the watch began: the
     * queries that are followed whose leases were not over then, by id, those that were refused
     * among them. Actions that depend on it run on the watch's thread.
     */
    public CompletableFuture<List<StandingInfo>> registered() {
        return registered;
    }

    /**
     * Complete once everything that stood in the topics when the watch began has been told. Actions
     * that depend on it run on the watch's thread.
     */
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /**
     * Complete once the watch is closed; failed if the topics cannot be read any more, or the
     * listener threw.
     */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    private static NearstreamException failed(Throwable cause) {
        return new NearstreamException(
                "Could not follow %s: %s"
                        .formatted(String.join(", ", StandingTopics.NAMES), cause.getMessage()),
                cause);
    }

    /** Tells nothing any more once it returns, unless the listener itself closes. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        onClose.run();
        if (Thread.currentThread() == reader) {
            return; // A listener that closes; the thread ends when it returns.
        }
        try {
            reader.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("closing", interrupted);
        }
    }
}
