package io.nearstream.jobs.ingest.keyvalue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import org.apache.flink.configuration.QueryableStateOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.metrics.MetricGroup;

/**
 * Says whether this process answers live reads of keys. A TaskManager that finds the port of its
 * proxy taken logs that once and works on without it, and a connection to that port tells nothing:
 * whoever has taken it may be another TaskManager's proxy. But an open proxy has a thread that
 * waits for connections, and a closed one has none. Where several TaskManagers share a process, one
 * proxy stands for all. Thread-safe.
 */
final class LiveReadProxy {
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
