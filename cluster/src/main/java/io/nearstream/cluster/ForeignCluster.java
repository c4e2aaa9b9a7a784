package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.FlinkProfile;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
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
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
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

    private final Optional<Path> jar;
    private final String jobManager;
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

    /**
     * The same.
     *
     * @param jar with the classes of the jobs; nothing is uploaded to nodes of ours, which have
     *     them
     */
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
        given = FlinkProfile.load(profile, overrides);
        given.set(NearstreamOptions.BOOTSTRAP, bootstrap);
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
        submit(wanted, savepoints, false);
    }

    /** The same; fails at once where no slots are free, instead of waiting for them. */
    public void submitToFreeSlots(List<NamedJob> wanted, Map<String, String> savepoints)
            throws IOException, InterruptedException {
        submit(wanted, savepoints, true);
    }

    private void submit(List<NamedJob> wanted, Map<String, String> savepoints, boolean needsSlots)
            throws IOException, InterruptedException {
        if (!Readiness.isListening(jobManager)) {
            throw new IOException(
                    "Nothing answers at '--jobmanager %s'. It must be the address of the JobManager's REST API and web UI."
                            .formatted(jobManager));
        }
        Configuration settings = settings();
        int most = settings.get(NearstreamOptions.PARALLELISM);
        try (Jobs jobs = new Jobs(settings)) {
            List<NamedJob> absent = absent(jobs, wanted);
            if (needsSlots) {
                requireSlots(settings, absent.size());
            }
            for (NamedJob job : absent) {
                Optional<String> savepoint = Optional.ofNullable(savepoints.get(job.name()));
                jobs.submit(job, jar, most, settings, savepoint);
            }
            for (NamedJob job : absent) {
                jobs.awaitRunning(job.id(), RUNNING_TIMEOUT);
                progress.accept(
                        "running  job %s, parallelism %d"
                                .formatted(job.name(), jobs.parallelism(job.id())));
            }
        }
    }

    private void requireSlots(Configuration settings, int jobs) throws IOException {
        try (RestClusterClient<StandaloneClusterId> client = connect()) {
            int free = overview(client).getNumSlotsAvailable();
            if (free < jobs) {
                throw new IOException(
                        "%d slots are free at %s, but each job needs one at least ('%s' is %d). Start it with more slots, or add a TaskManager."
                                .formatted(
                                        free,
                                        jobManager,
                                        NearstreamOptions.PARALLELISM.key(),
                                        settings.get(NearstreamOptions.PARALLELISM)));
            }
        }
    }

    private static ClusterOverviewWithVersion overview(
            RestClusterClient<StandaloneClusterId> client) {
        return FlinkFailure.await(
                "count the slots",
                client.sendRequest(
                        ClusterOverviewHeaders.getInstance(),
                        EmptyMessageParameters.getInstance(),
                        EmptyRequestBody.getInstance()),
                REQUEST_TIMEOUT);
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
                    "Nothing was submitted to %s: %s. To start one anew, stop it with a savepoint or cancel it first."
                            .formatted(jobManager, String.join(", ", present)));
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
                all.set(NearstreamOptions.PARALLELISM, shareOfSlots(client));
            }
        }
        all.setString(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
                requireSeen(all.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)));
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

    private int shareOfSlots(RestClusterClient<StandaloneClusterId> client) throws IOException {
        int slots = overview(client).getNumSlotsTotal();
        if (slots < Jobs.ALL.size()) {
            throw new IOException(
                    "%d slots are registered at %s, and the jobs need one each. Start TaskManagers first, or give the parallelism that they will have room for with '--set %s=N'."
                            .formatted(slots, jobManager, NearstreamOptions.PARALLELISM.key()));
        }
        return slots / Jobs.ALL.size();
    }

    /**
     * Whoever does not see the checkpoints takes a job for new that is not, and its first ones
     * would clash with those that lie there.
     */
    private String requireSeen(String checkpoints) throws IOException {
        if (checkpoints == null) {
            throw new IOException(
                    "The JobManager at %s has no '%s'. Give it one that all its hosts see."
                            .formatted(
                                    jobManager, CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()));
        }
        URI uri = URI.create(checkpoints);
        boolean onDisk = uri.getScheme() == null || uri.getScheme().equals("file");
        Path dir = Path.of(uri.getPath());
        if (!onDisk || !(Files.isDirectory(dir) || isThisHost())) {
            throw new IOException(
                    "The JobManager at %s keeps checkpoints in %s, which cannot be seen from here, so that nobody could tell what the jobs have to go on from. Submit from a host that sees it, such as the JobManager's."
                            .formatted(jobManager, checkpoints));
        }
        return dir.toUri().toString();
    }

    /** Then a directory that is not there has not been made yet. */
    private boolean isThisHost() throws IOException {
        InetAddress address = InetAddress.getByName(given.get(RestOptions.ADDRESS));
        return NetworkInterface.getByInetAddress(address) != null;
    }
}
