package io.nearstream.embedded;

import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.topics.TopicCatalog;
import io.nearstream.jobs.common.topics.TopicCreator;
import io.nearstream.jobs.common.topics.TopicReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole product in this JVM: broker, topics, Flink cluster and jobs. Started again on the same
 * directory it goes on from the broker's log and each job's last checkpoint. Thread-safe.
 */
public final class EmbeddedNearstream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedNearstream.class);
    private static final Duration RUNNING_TIMEOUT = Duration.ofMinutes(2);

    private final EmbeddedBroker broker;
    private final EmbeddedFlink flink;

    private EmbeddedNearstream(EmbeddedBroker broker, EmbeddedFlink flink) {
        this.broker = broker;
        this.flink = flink;
    }

    /**
     * Starts broker, cluster, ingest job and query job, and returns once all of them run.
     *
     * @throws IOException when a port is taken, the directory is in use or a job cannot be built;
     *     the message names the option or the directory
     * @throws FlinkFailure when a job does not come to run
     */
    public static EmbeddedNearstream start(EmbeddedOptions options)
            throws IOException, InterruptedException {
        return start(options, List.of(NamedJob.INGEST, NamedJob.QUERY));
    }

    /** Starts broker, cluster and the given jobs, and returns once all of them run. */
    public static EmbeddedNearstream start(EmbeddedOptions options, List<NamedJob> jobs)
            throws IOException, InterruptedException {
        return start(options, jobs, bootstrap -> Map.of());
    }

    /** What is done once the topics are there, before the jobs are submitted. */
    @FunctionalInterface
    public interface Preparation {
        /**
         * Does it.
         *
         * @param bootstrap of the broker, {@code HOST:PORT}
         * @return options of the jobs that win over those that were given
         */
        Map<String, String> with(String bootstrap) throws IOException, InterruptedException;
    }

    /** Starts broker and cluster, lets something be prepared, and starts the given jobs. */
    public static EmbeddedNearstream start(
            EmbeddedOptions options, List<NamedJob> jobs, Preparation preparation)
            throws IOException, InterruptedException {
        Configuration profile = FlinkProfile.load(FlinkProfile.LOCAL, options.overrides());
        requireSlots(options, jobs.size(), profile);
        Path dir = options.dir().toAbsolutePath();
        FutureTask<EmbeddedBroker> starting =
                new FutureTask<>(() -> startBroker(dir.resolve("kafka"), options));
        Thread starter = new Thread(starting, "embedded-broker-start");
        starter.setDaemon(true);
        starter.start();
        EmbeddedFlink flink = null;
        try {
            flink =
                    EmbeddedFlink.start(
                            new EmbeddedFlink.Options(
                                    dir.resolve("flink"),
                                    options.restPort(),
                                    options.statePort(),
                                    options.taskManagers(),
                                    options.slotsPerTaskManager(),
                                    profile));
            EmbeddedNearstream nearstream = new EmbeddedNearstream(result(starting), flink);
            nearstream.run(jobs, options.parallelism(), preparation.with(nearstream.bootstrap()));
            return nearstream;
        } catch (IOException | InterruptedException | RuntimeException e) {
            closeAfterFailure(flink, starting, e);
            throw e;
        }
    }

    private static EmbeddedBroker startBroker(Path dir, EmbeddedOptions options)
            throws IOException, InterruptedException {
        EmbeddedBroker broker = EmbeddedBroker.start(dir, options.kafkaPort(), options.proxied());
        try (Admin admin =
                Admin.create(
                        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()))) {
            TopicReport report = TopicCreator.create(admin, TopicCatalog.load());
            report.differences().forEach(difference -> LOG.warn("{}", difference));
            return broker;
        } catch (InterruptedException | RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    private void run(List<NamedJob> jobs, int parallelism, Map<String, String> prepared)
            throws IOException, InterruptedException {
        Configuration configuration = flink.configuration();
        prepared.forEach(configuration::setString);
        configuration.set(NearstreamOptions.BOOTSTRAP, broker.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, parallelism);
        for (NamedJob job : jobs) {
            flink.submit(
                    job.graph(flink.earlierRuns().told(configuration, job.id(), Optional.empty())));
        }
        for (NamedJob job : jobs) {
            flink.awaitRunning(JobIds.of(job.name()), RUNNING_TIMEOUT);
        }
    }

    /**
     * Without enough slots a job would wait for them until it fails; the adaptive scheduler adapts.
     */
    private static void requireSlots(
            EmbeddedOptions options, int jobs, Configuration configuration) {
        int slots = options.taskManagers() * options.slotsPerTaskManager();
        int needed = jobs * options.parallelism();
        boolean adaptive =
                configuration.get(JobManagerOptions.SCHEDULER)
                        == JobManagerOptions.SchedulerType.Adaptive;
        if (needed > slots && !adaptive) {
            throw new IllegalArgumentException(
                    "'--parallelism' %d needs %d slots for %d jobs, but %d TaskManagers of %d slots have %d."
                            .formatted(
                                    options.parallelism(),
                                    needed,
                                    jobs,
                                    options.taskManagers(),
                                    options.slotsPerTaskManager(),
                                    slots));
        }
    }

    private static EmbeddedBroker result(FutureTask<EmbeddedBroker> starting)
            throws IOException, InterruptedException {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException("Cannot start the broker: " + e.getCause(), e.getCause());
        }
    }

    private static void closeAfterFailure(
            @Nullable EmbeddedFlink flink, FutureTask<EmbeddedBroker> starting, Exception failure) {
        try {
            if (flink != null) {
                flink.close();
            }
            result(starting).close();
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
        }
    }

    /** Where Kafka clients connect: {@code 127.0.0.1:PORT}. */
    public String bootstrap() {
        return broker.bootstrap();
    }

    /** Where live reads of keys are answered now: {@code 127.0.0.1:PORT} of each TaskManager. */
    public List<String> stateAddresses() {
        return flink.stateAddresses();
    }

    /** Address of Flink's web UI. */
    public URI webUi() {
        return flink.webUi();
    }

    /** Id of the ingest job, the same in every run. */
    public JobID ingestJobId() {
        return JobIds.INGEST;
    }

    /** Id of the query job, the same in every run. */
    public JobID queryJobId() {
        return NamedJob.QUERY.id();
    }

    /** The cluster, for fault tests and figures. */
    public EmbeddedFlink flink() {
        return flink;
    }

    /** The broker. */
    public EmbeddedBroker broker() {
        return broker;
    }

    /** Ends the jobs, the cluster and then the broker; the directory keeps everything. */
    @Override
    public void close() {
        try {
            flink.close();
        } finally {
            broker.close();
        }
    }
}
