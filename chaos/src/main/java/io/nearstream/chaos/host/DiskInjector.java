package io.nearstream.chaos.host;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a disk, or makes it read-only: that of the checkpoints, or the one that a TaskManager has
 * RocksDB and everything else on. Both must be small file systems of their own; see {@link
 * Mounts#tmpfs}.
 */
public final class DiskInjector implements Injector {
    private static final Logger LOG = LoggerFactory.getLogger(DiskInjector.class);

    private final Host host;
    private final Mounts mounts;
    private final Target target;
    private final long bytes;
    @Nullable private Filler filler;

    /**
     * Nothing is full yet.
     *
     * @param bytes that a disk has, at most
     */
    public DiskInjector(Host host, Mounts mounts, Target target, long bytes) {
        this.host = host;
        this.mounts = mounts;
        this.target = target;
        this.bytes = bytes;
    }

    @Override
    public Set<FaultKind> kinds() {
        return EnumSet.of(FaultKind.DISK_FULL, FaultKind.DISK_READONLY);
    }

    @Override
    public synchronized void begin(Fault fault) throws IOException, InterruptedException {
        Path disk = disk(fault);
        LOG.info("{}: {}", fault.kind().key(), disk);
        if (fault.kind() == FaultKind.DISK_FULL) {
            filler = Filler.fill(disk, bytes);
        } else {
            mounts.cover(disk);
        }
    }

    /** The checkpoints' every other time. */
    private Path disk(Fault fault) {
        return new SplittableRandom(fault.seed()).nextBoolean()
                ? host.checkpoints()
                : host.workDir(fault.node());
    }

    @Override
    public synchronized void end(Fault fault) throws IOException, InterruptedException {
        RuntimeException failure = null;
        if (filler != null) {
            failure = filler.failure();
            filler.close();
            filler = null;
        }
        mounts.uncover();
        Missing.start(host, target);
        if (failure != null) {
            throw failure;
        }
    }
}
