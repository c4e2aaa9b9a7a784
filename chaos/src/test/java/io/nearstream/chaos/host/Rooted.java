package io.nearstream.chaos.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** Tests that do something to the machine, where it lets them. */
final class Rooted {
    private Rooted() {}

    /** Ends the test, without a verdict, where a fault of this kind cannot be done. */
    static void requireFor(FaultKind kind) throws Exception {
        Machine machine = Machine.here();
        assumeTrue(
                machine.has().containsAll(kind.needs()),
                "'%s' needs %s, and here is only %s."
                        .formatted(kind.key(), kind.needs(), machine.has()));
    }

    static Fault fault(FaultKind kind, String node, long seed) {
        return new Fault(1, kind, Duration.ZERO, Duration.ofSeconds(1), node, seed);
    }

    /** One node, of this process or none. */
    static Host host(Path dir, long pid) {
        return new Host() {
            @Override
            public OptionalLong pid(String node) {
                return pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
            }

            @Override
            public Path workDir(String node) {
                return dir.resolve(node);
            }

            @Override
            public Path checkpoints() {
                return dir.resolve("checkpoints");
            }
        };
    }
}
