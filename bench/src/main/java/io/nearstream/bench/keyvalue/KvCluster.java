package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import javax.annotation.Nullable;

/**
 * The Nearstream that is measured: one in this JVM, both jobs running as in production, or one that
 * runs elsewhere. One thread at a time; close it.
 */
final class KvCluster implements AutoCloseable {
    private static final int JOBS = 2;

    @Nullable private final EmbeddedNearstream nearstream;
    private final KvTarget.Running addresses;

    private KvCluster(@Nullable EmbeddedNearstream nearstream, KvTarget.Running addresses) {
        this.nearstream = nearstream;
        this.addresses = addresses;
    }

    /** Starts one in an empty directory, or takes the one that runs. */
    static KvCluster start(KvTarget target, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        if (target.running().isPresent()) {
            return new KvCluster(null, target.running().get());
        }
        int managers = target.taskManagers();
        // No slot more: the slots of a TaskManager share its memory for RocksDB evenly.
        int slots = (JOBS * target.parallelism() + managers - 1) / managers;
        EmbeddedOptions options =
                EmbeddedOptions.in(dir)
                        .withCluster(managers, slots, target.parallelism())
                        .withOverrides(target.overrides());
        try (BenchProgress.Stage stage = progress.begin("start", OptionalLong.of(1))) {
            EmbeddedNearstream started = EmbeddedNearstream.start(options);
            stage.to(1);
            return new KvCluster(
                    started,
                    new KvTarget.Running(
                            started.bootstrap(), String.join(",", started.stateAddresses())));
        }
    }

    /** Where it is. */
    KvTarget.Running addresses() {
        return addresses;
    }

    /** The Nearstream in this JVM, if it is here. */
    Optional<EmbeddedNearstream> embedded() {
        return Optional.ofNullable(nearstream);
    }

    /** How often the job that keeps the keys was restarted; 0 where it is not here. */
    int restarts() {
        return nearstream == null ? 0 : nearstream.flink().numRestarts(nearstream.ingestJobId());
    }

    /** The newest checkpoint of that job, in full; 0 where it is not here. */
    long stateBytes() {
        return nearstream == null
                ? 0
                : nearstream.flink().checkpointedStateBytes(nearstream.ingestJobId());
    }

    @Override
    public void close() {
        if (nearstream != null) {
            nearstream.close();
        }
    }
}
