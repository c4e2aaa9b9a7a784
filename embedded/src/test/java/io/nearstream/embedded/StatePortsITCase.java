package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.KeyGaze;
import io.nearstream.embedded.testing.ListeningPorts;
import io.nearstream.embedded.testing.StateAttack;
import io.nearstream.testing.Property;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.flink.shaded.netty4.io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ports of Queryable State, the proxies' and those of the servers behind them, under garbage,
 * half-open and slow connections. Where nobody tells which ports a process listens on (anywhere but
 * on Linux), this fails rather than proves less.
 */
@Timeout(240)
class StatePortsITCase {
    private static final int CONNECTIONS = 1_000;
    private static final int TASK_MANAGERS = 1;

    /**
     * The reader shares its JVM with what is attacked. A claim of gigabytes is an array that Java
     * fills with zeros while all threads wait for it: 1.3 s where fresh memory takes 4 us a page.
     */
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private static final long GROWTH_BYTES_MAX = 64L << 20;
    private static final int THREADS_MORE_MAX = 16;
    private static final int COLLECTIONS = 3;
    private static final long STEADY_BYTES = 1L << 20;
    private static final int STEADY_LOOKS = 5;
    private static final int READERS_BEFORE = 8;
    private static final int READS_BEFORE = 50;
    private static final byte[] VALUE = new byte[100];

    @TempDir private Path dir;

    @Test
    void hostileConnectionsHarmNobody() {
        Property.holds(1, this::attack);
    }

    private void attack(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(
                                EmbeddedOptions.in(dir).withCluster(TASK_MANAGERS, 2, 1));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                KeyValueReader live = live(nearstream, client)) {
            client.keyValues().writer().apply(KeyValueRequest.put("known", VALUE)).join();
            Await.until(
                    "it is read",
                    () -> live.get("known").handle((value, slow) -> slow == null).join());
            List<Integer> ports = List.copyOf(ports(nearstream));
            for (int port : ports) {
                assertThat(ListeningPorts.isLoopbackOnly(port)).as("port %d", port).isTrue();
            }
            KeyGaze gaze = KeyGaze.start(live, "known", VALUE);
            gaze.awaitGood();
            warmUp(nearstream, client);
            int threads = threads();
            long before = settledBytes(gaze);
            try (StateAttack attack = new StateAttack(random)) {
                attack.connect(CONNECTIONS, ports);
                assertThat(attack.connections()).isEqualTo(CONNECTIONS);
                gaze.awaitGood();
                awaitMemory("all connections open", before, gaze);
            }
            Await.until("its threads end", () -> threads() <= threads + THREADS_MORE_MAX);
            awaitMemory("all connections closed", before, gaze);
            gaze.awaitGood();
            gaze.stop();
            gaze.assertNoErrors();
            try (KeyValueReader another = live(nearstream, client)) {
                assertThat(another.get("known").join()).isPresent();
            }
            assertThat(nearstream.flink().numRestarts(nearstream.ingestJobId())).isZero();
            assertThat(nearstream.flink().numRestarts(nearstream.queryJobId())).isZero();
        }
    }

    private static KeyValueReader live(EmbeddedNearstream nearstream, NearstreamClient client) {
        return client.keyValues()
                .live(LiveReadOptions.of(nearstream.stateAddresses()).withDeadline(DEADLINE));
    }

    /** Every network thread has served somebody, so that its buffers are there. */
    private static void warmUp(EmbeddedNearstream nearstream, NearstreamClient client) {
        for (int i = 0; i < READERS_BEFORE; i++) {
            try (KeyValueReader reader = live(nearstream, client)) {
                List<CompletableFuture<Optional<KeyValue>>> reads =
                        Stream.generate(() -> reader.get("known")).limit(READS_BEFORE).toList();
                assertThat(reads).allMatch(read -> read.join().isPresent());
            }
        }
    }

    /** What other tests of this JVM have left is freed bit by bit. */
    private static long settledBytes(KeyGaze gaze) throws Exception {
        AtomicLong least = new AtomicLong(Long.MAX_VALUE);
        AtomicInteger steady = new AtomicInteger();
        Await.until(
                "memory is steady",
                () -> {
                    long used = usedBytes(gaze);
                    boolean freed = used < least.get() - STEADY_BYTES;
                    steady.set(freed ? 0 : steady.get() + 1);
                    least.accumulateAndGet(used, Math::min);
                    return steady.get() >= STEADY_LOOKS;
                });
        return least.get();
    }

    /** A request that claims to be long takes the memory for a moment; then it must be free. */
    private static void awaitMemory(String when, long before, KeyGaze gaze) throws Exception {
        Await.until(
                "memory is back within %d bytes of before, %s".formatted(GROWTH_BYTES_MAX, when),
                Duration.ofSeconds(30),
                () -> usedBytes(gaze) - before < GROWTH_BYTES_MAX);
    }

    /** A proxy and a server of each TaskManager. */
    private static Set<Integer> ports(EmbeddedNearstream nearstream) throws Exception {
        Set<Integer> ports = ListeningPorts.ofQueryableState();
        assertThat(ports)
                .hasSize(2 * TASK_MANAGERS)
                .containsAll(
                        nearstream.stateAddresses().stream()
                                .map(address -> address.substring(address.indexOf(':') + 1))
                                .map(Integer::valueOf)
                                .toList());
        return ports;
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /**
     * Heap that is reachable and memory outside of it that Java knows of, in bytes. A collection
     * stops everything, reads and the clocks of their deadlines alike: a read meets no more than
     * one.
     */
    private static long usedBytes(KeyGaze gaze) throws Exception {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            ManagementFactory.getMemoryMXBean().gc();
            heap =
                    Math.min(
                            heap,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            gaze.awaitGood();
        }
        // Without what is mapped: that is the broker's files.
        long direct =
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
        return heap + direct + Math.max(0, PlatformDependent.usedDirectMemory()); // -1: in the pool
    }
}
