package io.nearstream.chaos.host;

import java.nio.file.Path;
import java.util.OptionalLong;

/** The processes of a system on this machine, and their directories. Thread-safe. */
public interface Host {
    /** The process id of a node; empty while it does not run. */
    OptionalLong pid(String node);

    /** Where a node keeps what it needs while it runs. */
    Path workDir(String node);

    /** Where the jobs keep their checkpoints, each in a folder named by its id. */
    Path checkpoints();
}
