package io.nearstream.jobs.common.control;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that follows the collections topic for all handles of a JVM. Whoever needs to know
 * that nothing newer stands in the topic asks for a check: the thread asks the broker for the end
 * and reads up to it. Thread-safe; the consumer is touched by the thread alone.
 */
final class ControlFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ControlFeed.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Map<String, ControlFeed> SHARED = new HashMap<>();

    private final String name;
    private final Consumer<byte[], byte[]> consumer;

    /** Asks for the end only: behind a waiting fetch of its own connection it would wait too. */
    private final Consumer<byte[], byte[]> ends;

    private final TopicPartition partition;
    private final Thread thread;
    private final CollectionLog log = new CollectionLog();
    private final AtomicLong revision = new AtomicLong();

    private int handles;
    private boolean closed;
    private long requestedCheck;
    private long completedCheck;

    /** When the newest check was asked for, in milliseconds by the clock of who asked. */
    private long requestedAt = Long.MIN_VALUE;

    /** When the newest completed check was asked for. */
    private long completedAt = Long.MIN_VALUE;

    private long endOffset;
    private RuntimeException failure;

    private ControlFeed(
            String name,
            Consumer<byte[], byte[]> consumer,
            Consumer<byte[], byte[]> ends,
            TopicPartition partition) {
        this.name = name;
        this.consumer = consumer;
        this.ends = ends;
        this.partition = partition;
        this.thread = new Thread(this::run, "collections-" + name);
        thread.setDaemon(true);
    }

    /** The feed of this name, started when it is the first handle's. */
    static ControlFeed acquire(
            String name, TopicPartition partition, Function<String, Consumer<byte[], byte[]>> to) {
        synchronized (SHARED) {
            ControlFeed feed = SHARED.get(name);
            if (feed == null || feed.failed()) {
                feed = new ControlFeed(name, to.apply(name), to.apply(name), partition);
                SHARED.put(name, feed);
                feed.thread.start();
            }
            feed.handles++;
            return feed;
        }
    }

    /** Gives a handle back; the last one stops the thread. */
    void release() {
        synchronized (SHARED) {
            handles--;
            if (handles > 0) {
                return;
            }
            SHARED.remove(name, this);
        }
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        consumer.wakeup();
    }

    private synchronized boolean failed() {
        return failure != null;
    }

    /** Reads the topic up to where its end is at some moment after this call. */
    synchronized void readToEnd() throws InterruptedException {
        await(request());
    }

    /**
     * Reads the topic up to where its end was at some moment after a time. A check that another
     * handle asked for later than that serves, too: with writes on many partitions many do. One
     * from a time that the clock has not reached does not: it was set back.
     *
     * @param time milliseconds by the clock of all callers
     * @param now by that clock
     * @return whether the check began after this call
     */
    synchronized boolean readPast(long time, long now) throws InterruptedException {
        if (time < completedAt && completedAt <= now) {
            return false;
        }
        boolean underWay = completedCheck < requestedCheck;
        if (underWay && time < requestedAt && requestedAt <= now) {
            await(requestedCheck);
            return false;
        }
        requestedAt = now;
        await(request());
        return true;
    }

    private long request() {
        consumer.wakeup();
        return ++requestedCheck;
    }

    private void await(long check) throws InterruptedException {
        while (completedCheck < check) {
            if (failure != null) {
                throw failure;
            }
            if (closed) {
                throw new IllegalStateException("The collections feed was closed while in use.");
            }
            wait();
        }
    }

    /** The offset up to which the last check read. */
    synchronized long endOffset() {
        return endOffset;
    }

    long revision() {
        return revision.get();
    }

    synchronized Optional<CollectionState> at(String collection, long appendTime) {
        return log.at(collection, appendTime);
    }

    synchronized Optional<CollectionState> byUid(long uid) {
        return log.byUid(uid);
    }

    /** The incarnation once it has a generation or is dropped, or the time is over. */
    synchronized Optional<CollectionState> await(long uid, int generation, Duration atMost)
            throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        Optional<CollectionState> known = log.byUid(uid);
        for (long left = atMost.toNanos();
                left > 0 && known.isPresent() && lacks(known.get(), generation) && failure == null;
                left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            known = log.byUid(uid);
        }
        return known;
    }

    private static boolean lacks(CollectionState collection, int generation) {
        return !collection.dropped() && collection.newest().number() < generation;
    }

    synchronized Collection<CollectionState> all() {
        return log.all();
    }

    synchronized int settledGeneration(long uid, String job, long sinceOffset) {
        return log.settledGeneration(uid, job, sinceOffset);
    }

    synchronized double recallCorrection(long uid, String job, int generation) {
        return log.recallCorrection(uid, job, generation);
    }

    private void run() {
        try (consumer;
                ends) {
            consumer.assign(List.of(partition));
            ends.assign(List.of(partition)); // else the client warns at every answer
            consumer.seekToBeginning(List.of(partition));
            while (!isClosed()) {
                step();
            }
        } catch (RuntimeException broken) {
            synchronized (this) {
                failure = broken;
                notifyAll();
            }
            LOG.error("Reading {} failed; tasks that need it restart.", partition, broken);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void step() {
        long check;
        long at;
        synchronized (this) {
            check = requestedCheck;
            at = requestedAt;
            if (check <= completedCheck) {
                check = 0;
            }
        }
        try {
            if (check == 0) {
                poll(POLL);
                return;
            }
            long end = ends.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                poll(POLL);
            }
            synchronized (this) {
                completedCheck = check;
                completedAt = at;
                endOffset = end;
                notifyAll();
            }
        } catch (WakeupException asked) {
            LOG.trace("Woken up for a check or to close.", asked);
        } catch (RetriableException passing) {
            LOG.warn("The collections topic does not answer; trying again.", passing);
        }
    }

    private void poll(Duration timeout) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            synchronized (this) {
                log.apply(record.offset(), record.timestamp(), Optional.ofNullable(record.value()));
                // Before anybody can see the news: who sees it by the old number takes it for old.
                revision.incrementAndGet();
                notifyAll();
            }
        }
    }
}
