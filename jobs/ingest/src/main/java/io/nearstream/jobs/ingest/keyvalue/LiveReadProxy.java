package io.nearstream.jobs.ingest.keyvalue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.flink.configuration.QueryableStateOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether this process answers live reads of keys. A TaskManager that finds the port of its
 * proxy taken logs that once and works on without it, and a connection to that port tells nothing:
 * whoever has taken it may be another TaskManager's proxy. But an open proxy has a thread that
 * waits for connections, and a closed one has none. Where several TaskManagers share a process, one
 * proxy stands for all. Thread-safe.
 */
final class LiveReadProxy {
    private static final Logger LOG = LoggerFactory.getLogger(LiveReadProxy.class);

    /** How Flink names the threads of the proxy; the test holds this against its own class. */
    private static final String THREADS = "Flink Queryable State Proxy Server EventLoop Thread ";

    private LiveReadProxy() {}

    /**
     * Adds the gauge where the TaskManager is to have a proxy, and nothing where it is not.
     *
     * @param group of an operator that runs there
     * @param taskManager its configuration
     */
    @SuppressWarnings("deprecation") // as all of Queryable State: docs/decisions/0011
    static void show(MetricGroup group, ReadableConfig taskManager) {
        if (taskManager.get(QueryableStateOptions.ENABLE_QUERYABLE_STATE_PROXY_SERVER)) {
            group.gauge("liveReadProxy", () -> isOpen() ? 1 : 0);
        }
    }

    /**
     * Where the proxy of this TaskManager listens; empty where it has none, or may take any of
     * several ports.
     *
     * @return {@code IP:PORT}
     */
    @SuppressWarnings("deprecation") // as all of Queryable State: docs/decisions/0011
    static Optional<String> address(TaskManagerRuntimeInfo taskManager) {
        ReadableConfig configuration = taskManager.getConfiguration();
        String port = configuration.get(QueryableStateOptions.PROXY_PORT_RANGE).trim();
        if (!configuration.get(QueryableStateOptions.ENABLE_QUERYABLE_STATE_PROXY_SERVER)
                || !port.matches("[1-9][0-9]{0,4}")) {
            return Optional.empty();
        }
        try {
            InetAddress host = InetAddress.getByName(taskManager.getTaskManagerExternalAddress());
            return Optional.of(host.getHostAddress() + ":" + port);
        } catch (UnknownHostException nameless) {
            // Gets are passed on by other proxies then, as they are without this.
            LOG.info("The address of this TaskManager is not known here.", nameless);
            return Optional.empty();
        }
    }

    /** Whether this process has an open proxy. */
    static boolean isOpen() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(THREADS)) {
                return true; // null: it has ended since it was listed
            }
        }
        return false;
    }
}
