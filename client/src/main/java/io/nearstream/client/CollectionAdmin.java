package io.nearstream.client;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.wire.AvroWire;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Creates, lists, describes and drops collections, by reading and writing {@code
 * nearstream.collections.v1} alone. Thread-safe. A call fails with a {@link NearstreamException}
 * when the broker does not answer within the client's request timeout.
 */
public final class CollectionAdmin {
    private static final Duration POLL_MAX = Duration.ofMillis(200);

    private final Producer<byte[], byte[]> producer;
    private final CollectionLog log;
    private final Duration timeout;
    private final RandomGenerator random;

    CollectionAdmin(
            Producer<byte[], byte[]> producer,
            CollectionLog log,
            Duration timeout,
            RandomGenerator random) {
        this.producer = producer;
        this.log = log;
        this.timeout = timeout;
        this.random = random;
    }

    /**
     * Creates a collection. Writes that follow are accepted: the jobs order them behind it.
     *
     * @param wanted its settings; the uid is drawn here whatever it says, and so is the seed where
     *     it is 0
     * @return the settings as they stand: new ones, or those of an existing collection that has the
     *     same
     * @throws NearstreamException if the name is taken by a collection of other settings
     */
    public synchronized CollectionSettings create(CollectionSettings wanted) {
        log.readToEnd(timeout);
        Optional<CollectionInfo> existing = live(wanted.name());
        if (existing.isPresent()) {
            CollectionSettings found = existing.get().settings();
            if (isSame(wanted, found)) {
                return found;
            }
            throw new NearstreamException(
                    "Collection '%s' exists with other settings (%s). Drop it first, or choose another name."
                            .formatted(wanted.name(), differences(wanted, found)));
        }
        long uid = drawUid();
        CollectionSettings created = withIdentity(wanted, uid, seed(wanted, uid));
        append(created, false);
        log.readToEnd(timeout);
        CollectionSettings newest =
                live(wanted.name()).map(CollectionInfo::settings).orElse(created);
        if (newest.uid() != uid && !isSame(wanted, newest)) {
            throw new NearstreamException(
                    "Collection '%s' was created at the same time by someone else, with other settings (%s)."
                            .formatted(wanted.name(), differences(wanted, newest)));
        }
        return newest;
    }

    /** Every collection that was not dropped, by name. */
    public synchronized List<CollectionInfo> list() {
        log.readToEnd(timeout);
        return log.all().stream().filter(info -> !info.dropped()).toList();
    }

    /** What the control topic says of a name, also of a dropped collection; empty if nothing. */
    public synchronized Optional<CollectionInfo> find(String name) {
        log.readToEnd(timeout);
        return log.find(name);
    }

    /**
     * What the control topic says of a collection.
     *
     * @throws NearstreamException if there is none of this name, or it was dropped
     */
    public synchronized CollectionInfo describe(String name) {
        log.readToEnd(timeout);
        return live(name).orElseThrow(() -> unknown(name));
    }

    /**
     * Drops a collection: the jobs remove its records and state in the background.
     *
     * @throws NearstreamException if there is none of this name
     */
    public synchronized void drop(String name) {
        append(describe(name).settings(), true);
    }

    /**
     * Waits until some query job has moved everything to a generation, or to a later one.
     *
     * @param generation 0 is settled from the start
     * @throws NearstreamException if that has not happened in time, or the collection is gone
     */
    public CollectionInfo awaitSettled(String name, int generation, Duration patience) {
        long start = System.nanoTime();
        while (true) {
            CollectionInfo info = describe(name);
            if (info.isSettled(generation)) {
                return info;
            }
            long leftMs = patience.minusNanos(System.nanoTime() - start).toMillis();
            if (leftMs <= 0) {
                throw new NearstreamException(
                        "Collection '%s' has not settled at generation %d within %d ms: its newest generation is %d, settled are %s."
                                .formatted(
                                        name,
                                        generation,
                                        patience.toMillis(),
                                        info.newest().number(),
                                        info.settled()));
            }
            synchronized (this) {
                log.takeNext(Duration.ofMillis(Math.min(leftMs, POLL_MAX.toMillis())));
            }
        }
    }

    /** Any number but 0, which stands for no collection. */
    private long drawUid() {
        long uid = random.nextLong();
        return uid == 0 ? 1 : uid;
    }

    private Optional<CollectionInfo> live(String name) {
        return log.find(name).filter(info -> !info.dropped());
    }

    private NearstreamException unknown(String name) {
        List<String> names =
                log.all().stream()
                        .filter(info -> !info.dropped())
                        .map(info -> info.settings().name())
                        .toList();
        return new NearstreamException(
                "There is no collection '%s'; %s."
                        .formatted(
                                name,
                                names.isEmpty()
                                        ? "none exists yet: create one"
                                        : "existing are " + String.join(", ", names)));
    }

    private void append(CollectionSettings settings, boolean dropped) {
        CollectionDescriptor descriptor = ControlRecords.descriptor(settings, dropped);
        CompletableFuture<Long> appended = new CompletableFuture<>();
        try {
            producer.send(
                    new ProducerRecord<>(
                            TopicNames.COLLECTIONS,
                            ControlRecords.key(descriptor),
                            AvroWire.encode(descriptor)),
                    (metadata, failure) -> {
                        if (failure == null) {
                            appended.complete(metadata.offset());
                        } else {
                            appended.completeExceptionally(failure);
                        }
                    });
        } catch (KafkaException failure) {
            appended.completeExceptionally(failure);
        }
        Calls.await(appended, timeout, "write to " + TopicNames.COLLECTIONS);
    }

    private static long seed(CollectionSettings wanted, long otherwise) {
        return wanted.seed() == 0 ? otherwise : wanted.seed();
    }

    private static boolean isSame(CollectionSettings wanted, CollectionSettings found) {
        return withIdentity(wanted, found.uid(), seed(wanted, found.seed())).equals(found);
    }

    /** Where the existing settings are not the wanted ones, for a message. */
    private static String differences(CollectionSettings wanted, CollectionSettings found) {
        StringJoiner list = new StringJoiner(", ");
        CollectionSettings known = withIdentity(wanted, found.uid(), seed(wanted, found.seed()));
        for (RecordComponent setting : CollectionSettings.class.getRecordComponents()) {
            try {
                Object there = setting.getAccessor().invoke(found);
                Object here = setting.getAccessor().invoke(known);
                if (!there.equals(here)) {
                    list.add("%s is %s, not %s".formatted(setting.getName(), there, here));
                }
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException("Public accessors can be called.", impossible);
            }
        }
        return list.toString();
    }

    private static CollectionSettings withIdentity(
            CollectionSettings settings, long uid, long seed) {
        return settings.identified(settings.name(), uid, seed);
    }

    synchronized void close() {
        log.close();
    }
}
