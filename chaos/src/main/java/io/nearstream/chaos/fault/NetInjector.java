package io.nearstream.chaos.fault;

import io.nearstream.chaos.net.Link;
import io.nearstream.chaos.net.TcpProxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Makes the network between clients and the system bad, at proxies that stand between them. */
public final class NetInjector implements Injector {
    private final List<TcpProxy> proxies;

    public NetInjector(List<TcpProxy> proxies) {
        this.proxies = List.copyOf(proxies);
    }

    @Override
    public Set<FaultKind> kinds() {
        return proxies.isEmpty()
                ? EnumSet.noneOf(FaultKind.class)
                : EnumSet.range(FaultKind.NET_DELAY, FaultKind.NET_RATE);
    }

    @Override
    public void begin(Fault fault) {
        SplittableRandom random = new SplittableRandom(fault.seed());
        Link bad = link(fault.kind(), random);
        int direction = random.nextInt(3);
        for (TcpProxy proxy : proxies) {
            proxy.set(direction == 1 ? Link.CLEAR : bad, direction == 2 ? Link.CLEAR : bad);
            if (fault.kind() == FaultKind.NET_RESET) {
                proxy.resetAll();
            }
        }
    }

    private static Link link(FaultKind kind, SplittableRandom random) {
        return switch (kind) {
            case NET_DELAY ->
                    Link.CLEAR.withDelay(
                            Duration.ofMillis(random.nextInt(5, 200)),
                            Duration.ofMillis(random.nextInt(1, 100)));
            case NET_LOSS -> Link.CLEAR.withLoss(random.nextDouble(0.001, 0.01));
            case NET_RESET -> Link.CLEAR.withReset(random.nextDouble(0.0005, 0.005));
            case NET_HALF_OPEN -> Link.CLEAR.swallowing();
            case NET_RATE -> Link.CLEAR.withRate(random.nextLong(200_000, 2_000_000));
            default -> throw new IllegalArgumentException(kind.key() + " is not of the network.");
        };
    }

    @Override
    public void end(Fault fault) {
        proxies.forEach(proxy -> proxy.set(Link.CLEAR));
    }
}
