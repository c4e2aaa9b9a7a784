package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import io.nearstream.jobs.common.topics.TopicCatalog;
import io.nearstream.jobs.common.topics.TopicCreator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/** Waits until what was started works, and tells soon when it died instead. */
final class Readiness {
    /**
     * A process that dies is noticed at once, so this bounds only those that hang. A TaskManager
     * that starts beside tasks which fill the processors has taken 80 s on two slow cores.
     */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private static final Duration TELL_EVERY = Duration.ofSeconds(30);
    private static final int REQUEST_MS = 2_000;
    private static final long POLL_MS = 100;
    private static final Pattern REASON =
            Pattern.compile("^Caused by|^Exception|^[a-z]+[.][A-Za-z.]*(Exception|Error)|^Error:");

    private final ClusterLayout layout;
    private final Nodes nodes;
    private final Consumer<String> progress;

    Readiness(ClusterLayout layout, Nodes nodes, Consumer<String> progress) {
        this.layout = layout;
        this.nodes = nodes;
        this.progress = progress;
    }

    @FunctionalInterface
    private interface Check {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Until all of a cluster works; its topics that are missing are created. */
    void all(ClusterFile.Remembered cluster) throws IOException, InterruptedException {
        ClusterSettings settings = new ClusterSettings(layout, cluster);
        ClusterAddresses addresses = settings.addresses();
        brokers(addresses.bootstrap(), cluster.spec().brokers());
        topics(addresses.bootstrap(), settings.brokerSettings(0).replication());
        listeners("the web UI", addresses.web());
        try (Jobs jobs = new Jobs(settings.common())) {
            taskManagers(jobs);
        }
        listeners("live reads of keys", addresses.state());
    }

    /** Until the brokers see each other. */
    private void brokers(String bootstrap, int count) throws IOException, InterruptedException {
        try (Admin admin = admin(bootstrap)) {
            await("%d brokers at %s".formatted(count, bootstrap), () -> seen(admin) == count);
        }
    }

    private static Admin admin(String bootstrap) {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        // They are looked for before they listen.
                        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        "200"));
    }

    private static int seen(Admin admin) throws InterruptedException {
        try {
            return admin.describeCluster(new DescribeClusterOptions().timeoutMs(REQUEST_MS))
                    .nodes()
                    .get()
                    .size();
        } catch (ExecutionException notYet) {
            return 0;
        }
    }

    /** Creates the topics that are missing. */
    private void topics(String bootstrap, int replication) throws InterruptedException {
        try (Admin admin = admin(bootstrap)) {
            TopicCreator.create(admin, TopicCatalog.load(), (short) replication);
        }
    }

    /**
     * Until the leader believes in the TaskManagers that run, and in no others: a killed one is
     * missed some seconds later, and until then its tasks are taken to run.
     */
    private void taskManagers(Jobs jobs) throws IOException, InterruptedException {
        Set<String> wanted =
                nodes.all().stream()
                        .filter(node -> node.role() == NodeRole.TASKMANAGER)
                        .map(RunningNode::id)
                        .collect(Collectors.toSet());
        await(
                "the JobManager to know %s, and no others".formatted(wanted),
                () -> {
                    try {
                        return jobs.taskManagers().equals(wanted);
                    } catch (FlinkFailure notYet) {
                        return false;
                    }
                });
    }

    /** Until somebody listens on each; Flink only logs when its proxy finds no port. */
    private void listeners(String what, List<String> addresses)
            throws IOException, InterruptedException {
        for (String address : addresses) {
            await(what + " at " + address, () -> isListening(address));
        }
    }

    /**
     * Checks that a JobManager listens: Flink's client would go on trying for a minute.
     *
     * @throws IOException when none does
     */
    static void requireJobManager(ClusterLayout layout, List<String> web) throws IOException {
        if (web.stream().noneMatch(Readiness::isListening)) {
            throw new IOException(
                    "No JobManager of the cluster in %s answers at %s. 'cluster status' says what runs, 'cluster up' starts what is missing."
                            .formatted(layout.dir(), String.join(", ", web)));
        }
    }

    static boolean isListening(String address) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            address.substring(0, colon),
                            Integer.parseInt(address.substring(colon + 1))),
                    REQUEST_MS);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    private void await(String what, Check check) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Duration tellAfter = TELL_EVERY;
        while (!check.holds()) {
            requireAlive();
            Duration waited = Duration.ofNanos(System.nanoTime() - began);
            if (waited.compareTo(TIMEOUT) > 0) {
                throw new IOException(
                        "Still waiting for %s after %d s. The logs are in %s."
                                .formatted(what, TIMEOUT.toSeconds(), layout.log("x").getParent()));
            }
            if (waited.compareTo(tellAfter) > 0) {
                progress.accept(
                        "Waiting for %s, for %d s so far.".formatted(what, waited.toSeconds()));
                tellAfter = tellAfter.plus(TELL_EVERY);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private void requireAlive() throws IOException {
        for (RunningNode node : nodes.all()) {
            if (!node.isAlive()) {
                throw new IOException(
                        "%s has ended. %s".formatted(node.name(), lastWords(node.name())));
            }
        }
    }

    /** The line that most probably says why: the last cause or error, else the last one. */
    private String lastWords(String name) throws IOException {
        for (Path file : List.of(layout.printed(name), layout.log(name))) {
            if (!Files.exists(file)) {
                continue;
            }
            String last = "";
            String reason = "";
            for (String line :
                    new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .filter(each -> !each.contains("Using incubator modules"))
                            .filter(each -> !each.isBlank())
                            .toList()) {
                last = line;
                reason = REASON.matcher(line).find() ? line : reason;
            }
            if (!last.isEmpty()) {
                return "%s says: %s".formatted(file, (reason.isEmpty() ? last : reason).strip());
            }
        }
        return "It left no words in %s.".formatted(layout.printed(name));
    }
}
