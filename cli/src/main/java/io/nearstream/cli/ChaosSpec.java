package io.nearstream.cli;

import io.nearstream.cluster.ClusterSpec;
import java.util.Map;

/** The cluster that a chaos run starts. */
final class ChaosSpec {
    /** One more than the jobs have slots for: whoever loses one has a spare, as operators would. */
    static final int TASK_MANAGERS = 3;

    private static final int PARALLELISM = 2;

    /**
     * Few threads, and cheap stores. Each full collection compacts: what is left in between would
     * count as held on to.
     */
    private static final String SHORT_LIFE =
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1";

    private static final Map<String, String> OVERRIDES =
            Map.ofEntries(
                    // Classes come from our own build: verifying them is a third of each start.
                    // Five JVMs take turns: each finds its addresses faster in large pages.
                    Map.entry(
                            "env.java.opts.all",
                            "-XX:+UseTransparentHugePages -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"),
                    // Short lives on few cores: the second compiler would take most of the time.
                    // A broker does few things often, and is worth it.
                    Map.entry("env.java.opts.jobmanager", SHORT_LIFE),
                    Map.entry("env.java.opts.taskmanager", SHORT_LIFE),
                    // Details of jobs must not be older than what is concluded from them.
                    Map.entry("web.refresh-interval", "200 ms"),
                    // All of it shares one machine with its clients; each checkpoint flushes every
                    // subtask's state and ends a transaction of every sink.
                    Map.entry("execution.checkpointing.interval", "7 s"),
                    // A database whose key groups were clipped after rescaling sets as much disk
                    // aside
                    // for its log, which must fit into a small tmpfs for all of a TaskManager's.
                    Map.entry("state.backend.rocksdb.writebuffer.size", "8 mb"),
                    // What wakes threads up, whether there is work or not.
                    Map.entry("nearstream.write-buffer-timeout", "60 ms"),
                    Map.entry("execution.buffer-timeout.interval", "100 ms"),
                    Map.entry("pipeline.auto-watermark-interval", "200 ms"),
                    Map.entry("nearstream.ingest.progress-interval", "200 ms"),
                    Map.entry("nearstream.ingest.tick-idle", "200 ms"),
                    Map.entry("nearstream.directory-poll", "250 ms"),
                    Map.entry("nearstream.kafka.linger", "50 ms"),
                    Map.entry("nearstream.kafka.fetch-wait", "500 ms"),
                    Map.entry("taskmanager.network.memory.buffer-debloat.period", "1 s"));

    private ChaosSpec() {}

    static ClusterSpec of(boolean highlyAvailable) {
        ClusterSpec plain =
                ClusterSpec.of(TASK_MANAGERS).withParallelism(PARALLELISM).withOverrides(OVERRIDES);
        return highlyAvailable ? plain.withStandby() : plain;
    }
}
