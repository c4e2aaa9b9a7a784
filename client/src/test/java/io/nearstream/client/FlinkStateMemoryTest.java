package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.shaded.netty4.io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What it costs a live reader that its connections break again and again. */
@Timeout(120)
class FlinkStateMemoryTest {
    private static final int BREAKS = 300;
    private static final long DIRECT_BYTES_MAX = 32L << 20;
    private static final int THREADS_MAX = 8;

    /** Takes a request, and resets the connection instead of an answer. */
    private static final class ResettingServer implements AutoCloseable {
        private final ServerSocket server;
        private final AtomicInteger broken = new AtomicInteger();

        ResettingServer() throws IOException {
            server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(this::serve, "resetting-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    if (client.getInputStream().read() >= 0) {
                        broken.incrementAndGet();
                    }
                    client.setSoLinger(true, 0);
                } catch (IOException ended) {
                    // The server is closed, or the client was faster: its connection is broken.
                    continue;
                }
            }
        }

        String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @Test
    void connectionsThatBreakCostNeitherMemoryNorThreads() throws Exception {
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long before = directBytes();
        long most = 0;
        int mostThreads = 0;
        try (ResettingServer first = new ResettingServer();
                ResettingServer second = new ResettingServer();
                LiveReader reader =
                        LiveReader.start(
                                LiveReadOptions.of(List.of(first.address(), second.address()))
                                        .withDeadline(Duration.ofMillis(200)),
                                () -> {})) {
            while (first.broken.get() + second.broken.get() < BREAKS) {
                assertThat(reader.get("k").handle((found, failure) -> failure).get())
                        .isInstanceOf(NearstreamException.class);
                most = Math.max(most, directBytes() - before);
                mostThreads =
                        Math.max(
                                mostThreads,
                                ManagementFactory.getThreadMXBean().getThreadCount() - threads);
            }
        }
        assertThat(most).as("direct memory of one reader, bytes").isLessThan(DIRECT_BYTES_MAX);
        assertThat(mostThreads).as("threads of one reader").isLessThan(THREADS_MAX);
    }

    private static long directBytes() {
        long counted = Math.max(0, PlatformDependent.usedDirectMemory());
        return counted
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }
}
