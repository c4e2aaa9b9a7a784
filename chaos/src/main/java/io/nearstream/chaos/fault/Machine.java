package io.nearstream.chaos.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this machine lets us do to it.
 *
 * @param has what there is
 */
public record Machine(Set<Need> has) {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final long TRIAL_SECONDS = 10;
    private static final List<Path> CGROUPS =
            List.of(Path.of("/sys/fs/cgroup/memory"), Path.of("/sys/fs/cgroup/cpu"));

    public Machine {
        has = Set.copyOf(has);
    }

    /** Finds out, by trying each thing where nobody notices. */
    public static Machine here() throws IOException, InterruptedException {
        Set<Need> has = EnumSet.noneOf(Need.class);
        if (works("sh", "-c", "test $(id -u) = 0")) {
            has.add(Need.ROOT);
        }
        if (isThere("ip") && works("unshare", "--net", "ip", "link", "add", "type", "veth")) {
            has.add(Need.NAMESPACES);
        }
        if (works("unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt")) {
            has.add(Need.TMPFS);
        }
        if (canLimit()) {
            has.add(Need.CGROUP);
        }
        return new Machine(has);
    }

    private static boolean canLimit() {
        for (Path controller : CGROUPS) {
            Path trial = controller.resolve("nearstream-trial-" + ProcessHandle.current().pid());
            try {
                Files.createDirectory(trial);
                Files.delete(trial);
            } catch (IOException no) {
                LOG.debug("There is no control group of ours in {}.", controller, no);
                return false;
            }
        }
        return true;
    }

    private static boolean works(String... command) throws IOException, InterruptedException {
        if (!isThere(command[0])) {
            return false;
        }
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }

    private static boolean isThere(String program) {
        for (String dir : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(dir, program))) {
                return true;
            }
        }
        return false;
    }
}
