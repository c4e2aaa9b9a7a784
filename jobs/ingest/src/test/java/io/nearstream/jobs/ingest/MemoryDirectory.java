package io.nearstream.jobs.ingest;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionLog;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.wire.AvroWire;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A collections topic in memory. It lives until the JVM ends, so that a provider may travel through
 * serialization.
 */
public final class MemoryDirectory implements CollectionDirectory {
    private static final AtomicLong NEXT = new AtomicLong();
    private static final Map<Long, MemoryDirectory> ALL = new ConcurrentHashMap<>();

    private final long number = NEXT.incrementAndGet();
    private final CollectionLog log = new CollectionLog();
    private long offset;
    private long readTo = Long.MAX_VALUE;
    private boolean waited;

    public MemoryDirectory() {
        ALL.put(number, this);
    }

    /** Hands out this directory. */
    public Provider provider() {
        long id = number;
        return () -> ALL.get(id);
    }

    public MemoryDirectory create(CollectionSettings settings, long appendTime) {
        return append(appendTime, ControlRecords.descriptor(settings, false));
    }

    public MemoryDirectory drop(CollectionSettings settings, long appendTime) {
        return append(appendTime, ControlRecords.descriptor(settings, true));
    }

    public MemoryDirectory publish(
            CollectionSettings settings, Generation generation, long appendTime) {
        for (CodebookChunk chunk : ControlRecords.chunks(settings, generation)) {
            append(appendTime, chunk);
        }
        return this;
    }

    public synchronized MemoryDirectory append(long appendTime, SpecificRecordBase record) {
        return append(appendTime, AvroWire.encode(record));
    }

    public synchronized MemoryDirectory append(long appendTime, byte[] value) {
        log.apply(offset++, appendTime, Optional.of(value));
        notifyAll();
        return this;
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

    @Override
    public synchronized Optional<CollectionState> at(String name, long appendTime)
            throws InterruptedException {
        while (appendTime > readTo) {
            waited = true;
            notifyAll();
            wait();
        }
        return log.at(name, appendTime);
    }

    /** Returns once somebody waits. */
    public synchronized void awaitWaiting() throws InterruptedException {
        while (!waited) {
            wait();
        }
    }

    @Override
    public synchronized Optional<CollectionState> latest(String name) {
        return log.now(name);
    }

    @Override
    public synchronized Optional<CollectionState> byUid(long uid) {
        return log.byUid(uid);
    }

    @Override
    public synchronized Optional<CollectionState> withGeneration(long uid, int generation) {
        return log.byUid(uid);
    }

    @Override
    public synchronized Collection<CollectionState> all() {
        return log.all();
    }

    @Override
    public synchronized long revision() {
        return offset;
    }

    @Override
    public boolean settled(long uid, String job, int generation) {
        return false;
    }

    @Override
    public void close() {
        // Others may still use it.
    }
}
