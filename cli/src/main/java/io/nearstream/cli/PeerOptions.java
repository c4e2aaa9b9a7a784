package io.nearstream.cli;

import io.nearstream.bench.peer.PeerHome;
import picocli.CommandLine.Option;

/** How the systems run that are measured in a process of their own. */
final class PeerOptions {
    @Option(
            names = "--memory-mb",
            paramLabel = "MB",
            defaultValue = "4096",
            description =
                    "Heap of every process beside this one, 256 to 65536; this one has 4096. Default: ${DEFAULT-VALUE}.")
    private int memoryMb;

    int memoryMb() {
        return memoryMb;
    }

    /** As the start script has found it. */
    PeerHome home() {
        return PeerHome.found();
    }
}
