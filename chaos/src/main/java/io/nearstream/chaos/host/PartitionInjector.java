package io.nearstream.chaos.host;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Target;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** Cuts a TaskManager's host off from all others. */
public final class PartitionInjector implements Injector {
    private final Host host;
    private final Namespaces hosts;
    private final Target target;

    /** Nothing is cut yet. */
    public PartitionInjector(Host host, Namespaces hosts, Target target) {
        this.host = host;
        this.hosts = hosts;
        this.target = target;
    }

    @Override
    public Set<FaultKind> kinds() {
        return EnumSet.of(FaultKind.PARTITION);
    }

    @Override
    public void begin(Fault fault) throws IOException, InterruptedException {
        hosts.cut(fault.node());
    }

    @Override
    public void end(Fault fault) throws IOException, InterruptedException {
        hosts.mend(fault.node());
        Missing.start(host, target);
    }
}
