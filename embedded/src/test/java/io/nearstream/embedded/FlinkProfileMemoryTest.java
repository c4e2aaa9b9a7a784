package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.kafka.KafkaBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.QueryableStateOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the processes of a profile take, by Flink's own sum; all in MiB. */
@SuppressWarnings("deprecation") // as all of Queryable State: docs/decisions/0011
class FlinkProfileMemoryTest {
    /** The broker's, as the playbook limits it where it shares a board. */
    private static final long BROKER = 1_024;

    /** Late writes of a first training and one collection's slice for recall; constants of ours. */
    private static final long HELD_BY_JOBS = 32 + 16;

    /** Writes, keys, changes, moves, probes; and who follows the collections. */
    private static final long SOURCES = 6;

    /** What Queryable State takes for each thread of its network. */
    private static final long POOL = 16;

    private static final ConfigOption<Duration> BACKOFF =
            RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF;

    private static Configuration profile(String name) {
        return FlinkProfile.load(name, Map.of());
    }

    private static long mib(MemorySize size) {
        return size.getMebiBytes();
    }

    @ParameterizedTest
    @CsvSource({
        // profile, process, heap, task heap, managed, direct
        "cluster, 2048, 806, 678, 396, 384",
        "pi-1g, 640, 184, 136, 104, 128",
        "pi-4g, 2048, 926, 862, 593, 176",
        "pi-8g, 4608, 2054, 1926, 1625, 384"
    })
    void taskManagerIsAsLargeAsThePageSays(
            String name, long process, long heap, long taskHeap, long managed, long direct)
            throws IOException {
        TaskExecutorProcessSpec spec =
                TaskExecutorProcessUtils.processSpecFromConfig(profile(name));

        assertThat(mib(spec.getTotalProcessMemorySize())).isEqualTo(process);
        assertThat(mib(spec.getJvmHeapMemorySize())).isEqualTo(heap);
        assertThat(mib(spec.getTaskHeapSize())).isEqualTo(taskHeap);
        assertThat(mib(spec.getManagedMemorySize())).isEqualTo(managed);
        assertThat(mib(spec.getJvmDirectMemorySize())).isEqualTo(direct);
        assertThat(pageRow(name))
                .containsSubsequence(
                        Long.toString(process),
                        Long.toString(heap),
                        Long.toString(managed),
                        name.equals("cluster")
                                ? "`--slots`"
                                : Integer.toString(spec.getNumSlots()));
    }

    @ParameterizedTest
    @CsvSource({
        // profile, process, heap, off-heap
        "cluster, 1024, 448, 128",
        "pi-1g, 512, 192, 64",
        "pi-4g, 640, 288, 96",
        "pi-8g, 768, 288, 128"
    })
    void jobManagerIsAsLargeAsThePageSays(String name, long process, long heap, long offHeap)
            throws IOException {
        JobManagerProcessSpec spec = JobManagerProcessUtils.processSpecFromConfig(profile(name));

        assertThat(mib(spec.getTotalProcessMemorySize())).isEqualTo(process);
        assertThat(mib(spec.getJvmHeapMemorySize())).isEqualTo(heap);
        assertThat(mib(spec.getJvmDirectMemorySize())).isEqualTo(offHeap);
        assertThat(pageRow(name)).containsSubsequence(Long.toString(process), Long.toString(heap));
    }

    /** What Linux shows as total on such a board is less than what is printed on it. */
    @ParameterizedTest
    @CsvSource({"pi-1g, 900, 0, 200", "pi-4g, 3750, 1, 600", "pi-8g, 7750, 2, 1200"})
    void processesFitBesideTheSystem(String name, long board, int beside, long system) {
        long taskManager =
                mib(
                        TaskExecutorProcessUtils.processSpecFromConfig(profile(name))
                                .getTotalProcessMemorySize());
        long jobManager =
                mib(
                        JobManagerProcessUtils.processSpecFromConfig(profile(name))
                                .getTotalProcessMemorySize());
        long others =
                switch (beside) {
                    case 0 -> 0;
                    case 1 -> Math.max(jobManager, BROKER);
                    default -> jobManager + BROKER;
                };
        assertThat(taskManager + others).isLessThanOrEqualTo(board - system);
        assertThat(jobManager).isLessThanOrEqualTo(board - system);
    }

    /** Half of the slots are the query job's; what its caches may take must leave room to work. */
    @ParameterizedTest
    @ValueSource(strings = {"pi-1g", "pi-4g", "pi-8g"})
    void cachesLeaveTwoFifthsOfTheTaskHeap(String name) {
        Configuration profile = profile(name);
        TaskExecutorProcessSpec spec = TaskExecutorProcessUtils.processSpecFromConfig(profile);
        assertThat(spec.getNumSlots()).isEven();
        long perSubtask =
                Stream.of(
                                NearstreamOptions.CACHE_BYTES,
                                NearstreamOptions.RECORD_CACHE_BYTES,
                                NearstreamOptions.TAIL_BYTES,
                                NearstreamOptions.ANSWER_CACHE_BYTES)
                        .mapToLong(option -> mib(profile.get(option)))
                        .sum();
        long held = spec.getNumSlots() / 2 * perSubtask + HELD_BY_JOBS;
        assertThat(held).isLessThanOrEqualTo(mib(spec.getTaskHeapSize()) * 3 / 5);
    }

    /** The JDK reads an answer of the broker into direct memory of its whole length. */
    @ParameterizedTest
    @CsvSource({"cluster, 8", "pi-1g, 2", "pi-4g, 4", "pi-8g, 8"})
    void catchingUpFitsIntoDirectMemory(String name, int slots) {
        TaskExecutorProcessSpec spec =
                TaskExecutorProcessUtils.processSpecFromConfig(profile(name));
        assertThat(name.equals("cluster") ? slots : spec.getNumSlots()).isEqualTo(slots);
        assertThat(answers(name, slots)).isLessThanOrEqualTo(mib(spec.getTaskOffHeapSize()));
    }

    /** Beside that, which all sources may hold at once. */
    @ParameterizedTest
    @CsvSource({"cluster, 8", "pi-1g, 2", "pi-4g, 4", "pi-8g, 8"})
    void liveReadsFitIntoDirectMemory(String name, int slots) {
        Configuration profile = profile(name);
        TaskExecutorProcessSpec spec = TaskExecutorProcessUtils.processSpecFromConfig(profile);
        int proxy = profile.get(QueryableStateOptions.PROXY_NETWORK_THREADS);
        int server = profile.get(QueryableStateOptions.SERVER_NETWORK_THREADS);
        assertThat(proxy).as("0 is one for each slot").isPositive();
        assertThat(server).isPositive();
        // A proxy listens with one pool, and asks servers with another.
        long pools = POOL * (2L * proxy + server);
        long direct =
                mib(spec.getTaskOffHeapSize())
                        + mib(profile.get(TaskManagerOptions.FRAMEWORK_OFF_HEAP_MEMORY));
        assertThat(pools).isLessThanOrEqualTo(direct - answers(name, slots));
    }

    private static long answers(String name, int slots) {
        return (slots / 2) * SOURCES * KafkaBuffers.of(profile(name)).fetchBytes() >> 20;
    }

    /** One profile's JobManager and another's TaskManager make a cluster. */
    @ParameterizedTest
    @ValueSource(strings = {"pi-1g", "pi-4g", "pi-8g"})
    void whatIsNoMatterOfSizeIsAsInTheClusterProfile(String name) {
        assertThat(agreed(name)).isEqualTo(agreed("cluster"));
        assertThat(heartbeat(name)).isEqualTo(heartbeat("pi-1g"));
    }

    /** Else jobs are deployed once more to a TaskManager that was killed. */
    @ParameterizedTest
    @ValueSource(strings = {"cluster", "pi-1g", "pi-4g", "pi-8g"})
    void jobsRestartAfterTheNextHeartbeat(String name) {
        Configuration profile = profile(name);
        double jitter =
                profile.get(
                        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_JITTER_FACTOR);
        assertThat(profile.get(HeartbeatManagerOptions.HEARTBEAT_RPC_FAILURE_THRESHOLD)).isOne();
        assertThat((1 - jitter) * profile.get(BACKOFF).toMillis())
                .isGreaterThan(profile.get(HeartbeatManagerOptions.HEARTBEAT_INTERVAL).toMillis());
    }

    private static Map<String, String> agreed(String name) {
        Map<String, String> agreed = new TreeMap<>(FlinkProfile.layer(name));
        agreed.keySet()
                .removeIf(
                        key ->
                                key.contains(".memory.")
                                        || key.startsWith("heartbeat.")
                                        || key.equals(BACKOFF.key())
                                        || key.startsWith("nearstream.")
                                        || key.startsWith("queryable-state.")
                                        || key.startsWith("execution.checkpointing.")
                                        // How often threads wake up: a matter of how fast cores
                                        // are.
                                        || key.equals("execution.buffer-timeout.interval")
                                        || key.equals("pipeline.auto-watermark-interval")
                                        || key.equals(TaskManagerOptions.NUM_TASK_SLOTS.key()));
        return agreed;
    }

    private static Map<String, String> heartbeat(String name) {
        Map<String, String> heartbeat = new TreeMap<>(FlinkProfile.layer(name));
        heartbeat.keySet().removeIf(key -> !key.startsWith("heartbeat."));
        return heartbeat;
    }

    /** The cells of the profile's row in the page's table of sizes. */
    private static List<String> pageRow(String profile) throws IOException {
        Path page = Path.of(System.getProperty("nearstream.root", ".."), "flink-conf", "README.md");
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| `" + profile + "` |"))
                .findFirst()
                .map(line -> List.of(line.split("\\s*\\|\\s*")))
                .orElseThrow(() -> new AssertionError(page + " has no sizes of " + profile));
    }
}
