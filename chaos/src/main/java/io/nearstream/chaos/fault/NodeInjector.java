package io.nearstream.chaos.fault;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

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
            int now = target.taskManagers();
            boolean fewer = now > 1 && new SplittableRandom(fault.seed()).nextBoolean();
            target.rescale(fewer ? now - 1 : now + 1);
        } else {
            target.savepoint();
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
