package io.nearstream.chaos.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills, stops, rescales and saves, by what the target itself can do. */
public final class NodeInjector implements Injector {
    private static final Set<FaultKind> KILLS =
            EnumSet.of(
                    FaultKind.KILL_TASKMANAGER,
                    FaultKind.KILL_JOBMANAGER,
                    FaultKind.KILL_BROKER,
                    FaultKind.KILL_CLIENT);
    private static final Set<FaultKind> STOPS =
            EnumSet.of(
                    FaultKind.STOP_TASKMANAGER,
                    FaultKind.STOP_JOBMANAGER,
                    FaultKind.STOP_BROKER,
                    FaultKind.STOP_CLIENT);

    private static final Logger LOG = LoggerFactory.getLogger(NodeInjector.class);
    private static final Duration SAVEPOINT_PATIENCE = Duration.ofSeconds(30);
    private static final long AGAIN_MS = 500;

    private final Target target;

    public NodeInjector(Target target) {
        this.target = target;
    }

    @Override
    public Set<FaultKind> kinds() {
        Set<FaultKind> kinds = EnumSet.of(FaultKind.RESCALE, FaultKind.SAVEPOINT);
        kinds.addAll(KILLS);
        kinds.addAll(STOPS);
        kinds.retainAll(target.kinds());
        return kinds;
    }

    @Override
    public void begin(Fault fault) throws IOException, InterruptedException {
        if (KILLS.contains(fault.kind())) {
            target.kill(fault.node());
        } else if (STOPS.contains(fault.kind())) {
            target.pause(fault.node());
        } else if (fault.kind() == FaultKind.RESCALE) {
            // Fewer would leave a spare without work, and move no state.
            target.rescale(target.taskManagers() > 1 ? 1 : 2);
        } else {
            savepoint();
        }
    }

    /** A job that is just being restarted refuses, and is asked again. */
    private void savepoint() throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + SAVEPOINT_PATIENCE.toNanos();
        while (true) {
            try {
                target.savepoint();
                return;
            } catch (IOException refused) {
                if (System.nanoTime() > giveUpAt) {
                    throw refused;
                }
                LOG.debug("A savepoint was refused, and is asked for again.", refused);
                TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
            }
        }
    }

    @Override
    public void end(Fault fault) throws IOException, InterruptedException {
        if (KILLS.contains(fault.kind())) {
            target.start(fault.node());
        } else if (STOPS.contains(fault.kind())) {
            target.resume(fault.node());
        } else if (fault.kind() == FaultKind.RESCALE) {
            target.rescale(target.taskManagers());
        }
    }
}
