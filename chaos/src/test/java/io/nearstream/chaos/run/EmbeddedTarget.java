package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import io.nearstream.chaos.net.TcpProxy;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.ProxiedListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The whole product in this JVM; clients come to its broker through a proxy, to its TaskManagers
 * without. TaskManagers can be killed and started again.
 */
final class EmbeddedTarget implements ThreadsTarget {
    private static final int TASK_MANAGERS = 2;
    private static final int SLOTS = 2;
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final EmbeddedNearstream nearstream;
    private final TcpProxy kafka;
    private final List<String> state;

    /** By name, the index of the TaskManager that has it now. */
    private final Map<String, Integer> indexes = new HashMap<>();

    private EmbeddedTarget(EmbeddedNearstream nearstream, TcpProxy kafka, List<String> state) {
        this.nearstream = nearstream;
        this.kafka = kafka;
        this.state = state;
        for (int i = 0; i < TASK_MANAGERS; i++) {
            indexes.put("tm-" + (i + 1), i);
        }
    }

    /** Starts everything in a directory. */
    static EmbeddedTarget start(Path dir, SplittableRandom random)
            throws IOException, InterruptedException {
        int ports = freePorts(random, TASK_MANAGERS + 1);
        TcpProxy kafka = TcpProxy.start(0, local(ports + TASK_MANAGERS), random.nextLong());
        EmbeddedNearstream nearstream =
                EmbeddedNearstream.start(
                        EmbeddedOptions.in(dir)
                                .withCluster(TASK_MANAGERS, SLOTS, SLOTS)
                                .withPorts(0, 0, ports)
                                .withProxied(
                                        new ProxiedListener(ports + TASK_MANAGERS, kafka.port())));
        List<String> state = new ArrayList<>();
        for (int i = 0; i < TASK_MANAGERS; i++) {
            state.add("127.0.0.1:" + (ports + i));
        }
        return new EmbeddedTarget(nearstream, kafka, state);
    }

    /** Free ports in a row; fixed, since a TaskManager that takes over takes its port, too. */
    private static int freePorts(SplittableRandom random, int count) throws IOException {
        while (true) {
            int first = random.nextInt(20_000, 30_000);
            int free = 0;
            for (int port = first; port < first + count; port++) {
                free += isFree(port) ? 1 : 0;
            }
            if (free == count) {
                return first;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 0, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    List<TcpProxy> proxies() {
        return List.of(kafka);
    }

    @Override
    public Set<FaultKind> kinds() {
        return EnumSet.of(FaultKind.KILL_TASKMANAGER, FaultKind.SAVEPOINT);
    }

    @Override
    public List<Node> nodes() {
        return List.of(new Node("tm-1", Role.TASKMANAGER), new Node("tm-2", Role.TASKMANAGER));
    }

    @Override
    public String bootstrap() {
        return "127.0.0.1:" + kafka.port();
    }

    @Override
    public List<String> stateAddresses() {
        return state;
    }

    @Override
    public synchronized void kill(String node) {
        nearstream.flink().killTaskManager(indexes.get(node));
    }

    @Override
    public synchronized void start(String node) {
        indexes.put(node, nearstream.flink().startTaskManager());
    }

    @Override
    public int taskManagers() {
        return TASK_MANAGERS;
    }

    @Override
    public void savepoint() throws IOException {
        try {
            nearstream.flink().savepoint(nearstream.ingestJobId(), false);
            nearstream.flink().savepoint(nearstream.queryJobId(), false);
        } catch (FlinkFailure refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public List<String> problems() {
        try {
            nearstream.flink().awaitRunning(nearstream.ingestJobId(), AT_ONCE);
            nearstream.flink().awaitRunning(nearstream.queryJobId(), AT_ONCE);
            return List.of();
        } catch (FlinkFailure notRunning) {
            return List.of(notRunning.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of("It was not waited for.");
        }
    }

    @Override
    public OptionalLong epoch() {
        return OptionalLong.of(
                nearstream.flink().numRestarts(nearstream.ingestJobId())
                        + nearstream.flink().numRestarts(nearstream.queryJobId()));
    }

    @Override
    public void close() {
        try {
            proxies().forEach(TcpProxy::close);
        } finally {
            nearstream.close();
        }
    }
}
