package io.nearstream.chaos.host;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Target;
import java.io.IOException;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a node have hardly more memory than it has, so that the kernel may end it, or a small share
 * of one processor. A node that was ended is started again.
 */
public final class LimitInjector implements Injector {
    private static final Logger LOG = LoggerFactory.getLogger(LimitInjector.class);
    private static final long MORE_LEAST = 1 << 20;
    private static final long MORE_MOST = 64 << 20;
    private static final double SHARE_LEAST = 0.02;
    private static final double SHARE_MOST = 0.25;

    private final Host host;
    private final Cgroups groups;
    private final Target target;

    /**
     * Nothing is limited yet.
     *
     * @param groups in which the TaskManagers were started
     */
    public LimitInjector(Host host, Cgroups groups, Target target) {
        this.host = host;
        this.groups = groups;
        this.target = target;
    }

    @Override
    public Set<FaultKind> kinds() {
        return EnumSet.of(FaultKind.MEMORY_LIMIT, FaultKind.CPU_STARVE);
    }

    @Override
    public void begin(Fault fault) throws IOException {
        SplittableRandom random = new SplittableRandom(fault.seed());
        if (fault.kind() == FaultKind.MEMORY_LIMIT) {
            long limit =
                    groups.limitMemory(fault.node(), random.nextLong(MORE_LEAST, MORE_MOST + 1));
            LOG.info("{} may have {} bytes of memory.", fault.node(), limit);
            return;
        }
        OptionalLong pid = host.pid(fault.node());
        if (pid.isEmpty()) {
            throw new IOException("%s does not run.".formatted(fault.node()));
        }
        double share = random.nextDouble(SHARE_LEAST, SHARE_MOST);
        groups.starve(fault.node(), pid.getAsLong(), share);
        LOG.info("{} may have {} of a processor.", fault.node(), share);
    }

    @Override
    public void end(Fault fault) throws IOException, InterruptedException {
        if (fault.kind() == FaultKind.MEMORY_LIMIT) {
            groups.freeMemory(fault.node());
        } else {
            groups.feed();
        }
        Missing.start(host, target);
    }
}
