package io.nearstream.dist;

import io.nearstream.cluster.ClusterSpec;
import java.util.Map;

/** What a cluster is started with that lives for a minute only. Stateless. */
final class QuickCluster {
    private QuickCluster() {}

    /**
     * Without the second compiler, which would take most of two cores while JVMs are young; those
     * take turns on these cores, and each finds its addresses faster in large pages.
     */
    static ClusterSpec of(int taskManagers) {
        return ClusterSpec.of(taskManagers)
                .withOverrides(
                        Map.of(
                                "env.java.opts.all",
                                "-XX:TieredStopAtLevel=1 -XX:+UseTransparentHugePages -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"));
    }
}
