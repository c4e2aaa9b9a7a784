package io.nearstream.cluster;

import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.FlinkProfile;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;
import org.apache.flink.runtime.rest.messages.ConfigurationInfoEntry;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.util.NetUtils;

/**
 * A cluster whose processes somebody else started, on whichever hosts: it is known by the REST API
 * of its JobManager, which says where checkpoints lie. Not thread-safe.
 */
public final class ForeignCluster {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration RUNNING_TIMEOUT = Duration.ofMinutes(2);

    /** What to do beside ending a job. */
    private static final String ENDED_UNDER_IT =
            "A JobManager without ZooKeeper takes no job again that has ended under it, and must be started anew in between.";

    private final Optional<Path> jar;
    private final String jobManager;
    private final String profile;
    private final Map<String, String> options;
    private final Configuration given;
    private final Consumer<String> progress;

    /**
     * Nothing is asked yet.
     *
     * @param jobManager its REST API, {@code HOST:PORT}
     * @param bootstrap where the TaskManagers find Kafka, {@code HOST:PORT[,HOST:PORT...]}
     * @param profile of the smallest TaskManagers: what it says of {@code nearstream.*} are the
     *     jobs' options
     * @param overrides options of Flink and Nearstream that win over the profile's
     * @param progress is told, in a line each, what happens
     * @throws IllegalArgumentException for a malformed address, an unknown profile, or an option
     *     that has a name of its own
     */
    public ForeignCluster(
            Distribution distribution,
            String jobManager,
            String bootstrap,
            String profile,
            Map<String, String> overrides,
            Consumer<String> progress) {
        this(
                Optional.of(distribution.jobsJar()),
                jobManager,
                bootstrap,
                profile,
                overrides,
                progress);
    }

    /** The same; without a jar nothing is uploaded, as to nodes of ours. */
    public ForeignCluster(
            Optional<Path> jar,
            String jobManager,
            String bootstrap,
            String profile,
            Map<String, String> overrides,
            Consumer<String> progress) {
        if (overrides.containsKey(NearstreamOptions.BOOTSTRAP.key())) {
            throw new IllegalArgumentException(
                    "'--set %s' cannot be given beside '--bootstrap'."
                            .formatted(NearstreamOptions.BOOTSTRAP.key()));
        }
        this.jar = jar;
        this.jobManager = jobManager;
        this.progress = progress;
        this.profile = profile;
        options = new TreeMap<>(overrides);
        options.put(NearstreamOptions.BOOTSTRAP.key(), bootstrap);
        given = FlinkProfile.load(profile, options);
        URL address = address(jobManager);
        given.set(RestOptions.ADDRESS, address.getHost());
        given.set(RestOptions.PORT, address.getPort());
    }

    private static URL address(String jobManager) {
        try {
            return NetUtils.getCorrectHostnamePort(jobManager);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "'--jobmanager' must be HOST:PORT of its REST API, but was '%s'."
                            .formatted(jobManager),
                    malformed);
        }
    }

    /**
     * Submits the jobs that do not run, and waits until they do. Each goes on from its newest
     * checkpoint where the JobManager keeps them, which must be seen from here.
     *
     * @param wanted which jobs
     * @param savepoints where to start from instead, by job
     * @throws IOException when all of them run already, or the checkpoints cannot be seen
     */
    public void submit(List<NamedJob> wanted, Map<String, String> savepoints)
            throws IOException, InterruptedException {
        requireListening();
        Configuration settings = settings();
        try (Jobs jobs = new Jobs(settings)) {
            List<NamedJob> absent = absent(jobs, wanted);
            for (NamedJob job : absent) {
                submit(jobs, job, settings, Optional.ofNullable(savepoints.get(job.name())));
            }
            for (NamedJob job : absent) {
                awaitRunning(jobs, job);
            }
        }
    }

    /**
     * Submits a job beside those that a cluster has of its own, and waits until it runs. It carries
     * what it was started with, so that a cluster of ours can start it again. Fails at once where
     * no slots are free, instead of waiting for them.
     *
     * @param kind what it does: a join, or standing queries
     * @param name of the job; its state goes by it
     * @param savepoint to start from; {@link EarlierRuns#NO_STATE}: from the topics alone; empty:
     *     its newest checkpoint, if there is one
     * @param check of what the JobManager does not know, made when that has nothing against it;
     *     throws where the job may not be submitted
     * @throws IOException when one of that name runs already, or another one here that keeps what
     *     it would; or the checkpoints cannot be seen
     */
    public void submitFurther(
            NamedJob kind, String name, Optional<String> savepoint, Runnable check)
            throws IOException, InterruptedException {
        requireAlone(kind, name);
        check.run();
        Configuration settings = settings();
        NamedJob job = new NamedJob(name, kind.builder());
        try (Jobs jobs = new Jobs(settings)) {
            try (RestClusterClient<StandaloneClusterId> client = connect()) {
                new ForeignSlots(jobManager, client)
                        .requireFree(settings.get(NearstreamOptions.PARALLELISM));
            }
            further(kind, name).noteIn(settings);
            submit(jobs, job, settings, savepoint);
            awaitRunning(jobs, job);
        }
    }

    private void requireAlone(NamedJob kind, String name) throws IOException, InterruptedException {
        requireListening();
        NamedJob job = new NamedJob(name, kind.builder());
        try (Jobs jobs = new Jobs(given)) {
            if (jobs.isPresent(job.id())) {
                throw new IOException(
                        "Nothing was submitted to %s: job %s is there already (%s). To start it anew, cancel it first; one for another collection needs another '--name'."
                                .formatted(jobManager, name, jobs.states().get(job.id())));
            }
            FurtherJobs.requireAlone(jobs, further(kind, name));
        }
    }

    private FurtherJob further(NamedJob kind, String name) {
        return new FurtherJob(name, kind.name(), profile, options);
    }

    /**
     * Fails where a job is there already: options of it would come too late.
     *
     * @param given the option that does
     */
    public void requireAbsent(NamedJob job, String given) throws IOException {
        requireListening();
        try (Jobs jobs = new Jobs(this.given)) {
            if (jobs.isPresent(job.id())) {
                throw new IOException(
                        "Job %s is there already, and '%s' is only taken when it is submitted. Stop it with a savepoint first, and name that with '--from'. %s"
                                .formatted(job.name(), given, ENDED_UNDER_IT));
            }
        }
    }

    private void requireListening() throws IOException {
        if (!Readiness.isListening(jobManager)) {
            throw new IOException(
                    "Nothing answers at '--jobmanager %s'. It must be the address of the JobManager's REST API and web UI."
                            .formatted(jobManager));
        }
    }

    private void submit(Jobs jobs, NamedJob job, Configuration settings, Optional<String> savepoint)
            throws IOException, InterruptedException {
        int most = settings.get(NearstreamOptions.PARALLELISM);
        try {
            jobs.submit(job, jar, most, settings, savepoint);
        } catch (FlinkFailure refused) {
            EndedJobException.throwIfCauseOf(refused, job);
            throw refused;
        }
    }

    private void awaitRunning(Jobs jobs, NamedJob job) throws InterruptedException {
        jobs.awaitRunning(job.id(), RUNNING_TIMEOUT);
        progress.accept(
                "running  job %s, parallelism %d"
                        .formatted(job.name(), jobs.parallelism(job.id())));
    }

    private List<NamedJob> absent(Jobs jobs, List<NamedJob> wanted) throws IOException {
        List<NamedJob> absent = new ArrayList<>();
        List<String> present = new ArrayList<>();
        for (NamedJob job : wanted) {
            if (jobs.isPresent(job.id())) {
                present.add(
                        "job %s is there already (%s)"
                                .formatted(job.name(), jobs.states().get(job.id())));
            } else {
                absent.add(job);
            }
        }
        if (absent.isEmpty()) {
            throw new IOException(
                    "Nothing was submitted to %s: %s. To start one anew, stop it with a savepoint or cancel it first. %s"
                            .formatted(jobManager, String.join(", ", present), ENDED_UNDER_IT));
        }
        present.forEach(each -> progress.accept("as it is " + each));
        return absent;
    }

    /** What was given, and what only the cluster knows. */
    private Configuration settings() throws IOException {
        Configuration all = new Configuration(given);
        try (RestClusterClient<StandaloneClusterId> client = connect()) {
            Map<String, String> theirs = new TreeMap<>();
            for (ConfigurationInfoEntry entry :
                    FlinkFailure.await(
                            "read the configuration of the JobManager at " + jobManager,
                            client.sendRequest(
                                    ClusterConfigurationInfoHeaders.getInstance(),
                                    EmptyMessageParameters.getInstance(),
                                    EmptyRequestBody.getInstance()),
                            REQUEST_TIMEOUT)) {
                theirs.put(entry.getKey(), entry.getValue());
            }
            for (String key :
                    List.of(
                            CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
                            CheckpointingOptions.SAVEPOINT_DIRECTORY.key())) {
                if (!all.containsKey(key) && theirs.containsKey(key)) {
                    all.setString(key, theirs.get(key));
                }
            }
            if (!all.contains(NearstreamOptions.PARALLELISM)) {
                all.set(
                        NearstreamOptions.PARALLELISM,
                        new ForeignSlots(jobManager, client).shareOfEachJob());
            }
        }
        all.setString(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
                SeenCheckpoints.require(
                        jobManager,
                        given.get(RestOptions.ADDRESS),
                        all.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)));
        return all;
    }

    private RestClusterClient<StandaloneClusterId> connect() {
        try {
            return new RestClusterClient<>(
                    new Configuration(given), StandaloneClusterId.getInstance());
        } catch (Exception e) {
            throw new FlinkFailure("Cannot reach %s: %s".formatted(jobManager, e.getMessage()), e);
        }
    }
}
