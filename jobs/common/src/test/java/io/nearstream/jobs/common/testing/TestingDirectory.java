package io.nearstream.jobs.common.testing;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionLog;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A collections topic in memory, understood by {@link CollectionLog} as in production. It lives
 * until the JVM ends, so that a provider may travel through serialization. Thread-safe.
 */
public final class TestingDirectory implements CollectionDirectory {
    private static final AtomicLong NEXT = new AtomicLong();
    private static final Map<Long, TestingDirectory> ALL = new ConcurrentHashMap<>();

    private record Unread(long offset, long appendTime, byte[] value) {}

    private final long number = NEXT.incrementAndGet();
    private final CollectionLog log = new CollectionLog();
    private final Queue<Unread> unread = new ArrayDeque<>();
    private long end;
    private long revision;
    private long reads;
    private long lookups;
    private boolean lagging;
    private long readTo = Long.MAX_VALUE;
    private boolean waited;

    public TestingDirectory() {
        ALL.put(number, this);
    }

    /** Hands out this directory. */
    public Provider provider() {
        long id = number;
        return () -> ALL.get(id);
    }

    public TestingDirectory create(CollectionSettings settings, long appendTime) {
        return append(appendTime, ControlRecords.descriptor(settings, false));
    }

    public TestingDirectory drop(CollectionSettings settings, long appendTime) {
        return append(appendTime, ControlRecords.descriptor(settings, true));
    }

    public TestingDirectory publish(
            CollectionSettings settings, Generation generation, long appendTime) {
        for (CodebookChunk chunk : ControlRecords.chunks(settings, generation)) {
            append(appendTime, chunk);
        }
        return this;
    }

    /** A subtask of a query job says that it holds nothing of older generations. */
    public TestingDirectory settle(
            CollectionSettings settings, String job, int generation, int subtask, int of) {
        return append(
                0,
                Settled.newBuilder()
                        .setJob(job)
                        .setCollection(settings.name())
                        .setCollectionUid(settings.uid())
                        .setGeneration(generation)
                        .setSubtask(subtask)
                        .setOf(of)
                        .build());
    }

    public TestingDirectory append(long appendTime, SpecificRecordBase record) {
        return append(appendTime, AvroWire.encode(record));
    }

    public synchronized TestingDirectory append(long appendTime, byte[] value) {
        unread.add(new Unread(end++, appendTime, value));
        if (!lagging) {
            takeUp();
        }
        notifyAll();
        return this;
    }

    /** From now on, what is appended is seen only by who reads the topic to its end. */
    public synchronized TestingDirectory lag() {
        lagging = true;
        return this;
    }

    /** How often somebody has had to read the topic to its end. */
    public synchronized long reads() {
        return reads;
    }

    /** How often somebody has asked which generation has settled. */
    public synchronized long settledLookups() {
        return lookups;
    }

    /** From now on, who asks for a later time than this waits. */
    public synchronized void readOnlyTo(long appendTime) {
        readTo = appendTime;
        notifyAll();
    }

    /** Whether somebody has had to wait. */
    public synchronized boolean hasMadeWait() {
        return waited;
    }

    /** Returns once somebody waits. */
    public synchronized void awaitWaiting() throws InterruptedException {
        while (!waited) {
            wait();
        }
    }

    private void readToEnd() {
        reads++;
        takeUp();
    }

    private void takeUp() {
        for (Unread next = unread.poll(); next != null; next = unread.poll()) {
            log.apply(next.offset(), next.appendTime(), Optional.of(next.value()));
            revision++;
        }
    }

    @Override
    public synchronized Optional<CollectionState> at(String name, long appendTime)
            throws InterruptedException {
        while (appendTime > readTo) {
            waited = true;
            notifyAll();
            wait();
        }
        takeUp();
        return log.at(name, appendTime);
    }

    @Override
    public synchronized Optional<CollectionState> latest(String name) {
        return log.now(name);
    }

    @Override
    public synchronized Optional<CollectionState> byUid(long uid) {
        if (log.byUid(uid).isEmpty()) {
            readToEnd();
        }
        return log.byUid(uid);
    }

    @Override
    public synchronized Optional<CollectionState> withGeneration(long uid, int generation) {
        Optional<CollectionState> known = log.byUid(uid);
        if (known.isPresent() && known.get().newest().number() >= generation) {
            return known;
        }
        readToEnd();
        return log.byUid(uid);
    }

    /** Never waits. */
    @Override
    public Optional<CollectionState> awaitGeneration(long uid, int generation, Duration atMost) {
        return byUid(uid);
    }

    @Override
    public synchronized Collection<CollectionState> all() {
        return log.all();
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public synchronized int settledGeneration(long uid, String job) {
        lookups++;
        return log.settledGeneration(uid, job, 0);
    }

    @Override
    public synchronized double recallCorrection(long uid, String job, int generation) {
        return log.recallCorrection(uid, job, generation);
    }

    @Override
    public void close() {
        // Others may still use it.
    }
}
