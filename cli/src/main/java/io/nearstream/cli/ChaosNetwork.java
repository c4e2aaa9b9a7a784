package io.nearstream.cli;

import io.nearstream.chaos.net.TcpProxy;
import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The proxies of a run: between clients and the broker, between the jobs and the broker, and
 * between clients and each TaskManager's live reads. Thread-safe.
 */
final class ChaosNetwork implements AutoCloseable {
    private static final String BROKER = "broker-1";
    private static final String CLIENTS = Surroundings.clientsTo(BROKER);
    private static final String JOBS = Surroundings.jobsTo(BROKER);

    private final InetAddress host;
    private final SplittableRandom seeds;
    private final Map<String, TcpProxy> brokers = new TreeMap<>();

    /** By the address that each leads to; TaskManagers come and go. */
    private final Map<String, TcpProxy> state = new ConcurrentHashMap<>();

    private ChaosNetwork(InetAddress host, SplittableRandom seeds) {
        this.host = host;
        this.seeds = seeds;
    }

    /**
     * Starts proxies that lead nowhere yet.
     *
     * @param host address that they listen on
     */
    static ChaosNetwork start(String host, long seed) throws IOException {
        ChaosNetwork network =
                new ChaosNetwork(InetAddress.getByName(host), new SplittableRandom(seed));
        for (String name : List.of(CLIENTS, JOBS)) {
            network.brokers.put(name, network.proxy());
        }
        return network;
    }

    private TcpProxy proxy() throws IOException {
        return TcpProxy.start(host, 0, seeds.nextLong());
    }

    /** Ports by name, for the cluster to know. */
    Map<String, Integer> ports() {
        Map<String, Integer> ports = new TreeMap<>();
        brokers.forEach((name, proxy) -> ports.put(name, proxy.port()));
        return ports;
    }

    /** Lets the proxies lead to a cluster's broker, whose processes run. */
    void aim(Cluster cluster) throws IOException {
        cluster.addresses()
                .behindProxies()
                .forEach((name, address) -> brokers.get(name).aim(parse(address)));
    }

    private static InetSocketAddress parse(String address) {
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(
                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    /** Where clients find the broker. */
    String bootstrap() {
        return address(brokers.get(CLIENTS));
    }

    /** Where clients find what answers at these addresses. */
    List<String> inFrontOf(List<String> addresses) {
        return addresses.stream()
                .map(address -> address(state.computeIfAbsent(address, this::leadingTo)))
                .toList();
    }

    private synchronized TcpProxy leadingTo(String address) {
        try {
            TcpProxy proxy = proxy();
            proxy.aim(parse(address));
            return proxy;
        } catch (IOException noPort) {
            throw new UncheckedIOException("No proxy can be started.", noPort);
        }
    }

    private String address(TcpProxy proxy) {
        return host.getHostAddress() + ":" + proxy.port();
    }

    /** The proxies by whom they stand between. */
    Map<String, Supplier<? extends Collection<TcpProxy>>> routes() {
        return Map.of(
                "clients and broker", () -> List.of(brokers.get(CLIENTS)),
                "jobs and broker", () -> List.of(brokers.get(JOBS)),
                "clients and live reads", () -> List.copyOf(state.values()));
    }

    @Override
    public void close() {
        List<TcpProxy> all = new ArrayList<>(brokers.values());
        all.addAll(state.values());
        all.forEach(TcpProxy::close);
    }
}
