package io.nearstream.chaos.fault;

import io.nearstream.chaos.net.Link;
import io.nearstream.chaos.net.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the network between two parts of the system bad, at proxies that stand between them: some
 * of the routes that there are, in one direction or in both.
 */
public final class NetInjector implements Injector {
    private static final Logger LOG = LoggerFactory.getLogger(NetInjector.class);

    private final Map<String, Supplier<? extends Collection<TcpProxy>>> routes;

    /**
     * Nothing bad yet.
     *
     * @param routes the proxies that there are, by whom they stand between; asked for anew at each
     *     fault
     */
    public NetInjector(Map<String, Supplier<? extends Collection<TcpProxy>>> routes) {
        this.routes = new TreeMap<>(routes);
    }

    @Override
    public Set<FaultKind> kinds() {
        return routes.isEmpty()
                ? EnumSet.noneOf(FaultKind.class)
                : EnumSet.range(FaultKind.NET_DELAY, FaultKind.NET_RATE);
    }

    @Override
    public void begin(Fault fault) {
        SplittableRandom random = new SplittableRandom(fault.seed());
        Link bad = link(fault.kind(), random);
        int direction = random.nextInt(3);
        List<String> chosen = choose(random);
        LOG.info("{} on the way between {}.", fault.kind().key(), chosen);
        for (String route : chosen) {
            for (TcpProxy proxy : routes.get(route).get()) {
                proxy.set(direction == 1 ? Link.CLEAR : bad, direction == 2 ? Link.CLEAR : bad);
                if (fault.kind() == FaultKind.NET_RESET) {
                    proxy.resetAll();
                }
            }
        }
    }

    /** Each as likely as not, and at least one. */
    private List<String> choose(SplittableRandom random) {
        List<String> names = List.copyOf(routes.keySet());
        int bits = random.nextInt(1, 1 << names.size());
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if ((bits >> i & 1) == 1) {
                chosen.add(names.get(i));
            }
        }
        return chosen;
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
        routes.values().forEach(route -> route.get().forEach(proxy -> proxy.set(Link.CLEAR)));
    }
}
