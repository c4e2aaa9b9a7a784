package io.nearstream.cluster;

import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import io.nearstream.embedded.SavepointStop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobResourceRequirements;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;

/**
 * What runs on a cluster: submitted, saved, rescaled and ended over Flink's REST API. Finds the
 * leader by ZooKeeper where there is one. Thread-safe; failures are {@link FlinkFailure}.
 */
public final class Jobs implements AutoCloseable {
    /** Both jobs of the product, in the order in which they are submitted. */
    public static final List<NamedJob> ALL = List.of(NamedJob.INGEST, NamedJob.QUERY);

    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration SAVEPOINT_TIMEOUT = Duration.ofMinutes(10);
    private static final long EPOCH = 1_000;

    private final Configuration configuration;
    private final Duration requestTimeout;
    private final RestClusterClient<StandaloneClusterId> client;
    private final JobRequests requests;

    Jobs(Configuration configuration) {
        this(configuration, REQUEST_TIMEOUT);
    }

    /** With a patience of its own with a JobManager that does not answer. */
    Jobs(Configuration configuration, Duration requestTimeout) {
        this.configuration = configuration;
        this.requestTimeout = requestTimeout;
        try {
            client =
                    new RestClusterClient<>(
                            new Configuration(configuration), StandaloneClusterId.getInstance());
        } catch (Exception e) {
            throw new FlinkFailure("Cannot reach the cluster: " + e.getMessage(), e);
        }
        requests = new JobRequests(client, requestTimeout);
    }

    /** State of every job that the JobManager knows, ended ones included. */
    public Map<JobID, JobStatus> states() {
        Map<JobID, JobStatus> states = new TreeMap<>();
        for (JobStatusMessage job :
                FlinkFailure.await("list the jobs", client.listJobs(), requestTimeout)) {
            states.put(job.getJobId(), job.getJobState());
        }
        return states;
    }

    /** Whether a job of that id is there and has not ended. */
    public boolean isPresent(JobID job) {
        JobStatus state = states().get(job);
        return state != null && !state.isGloballyTerminalState();
    }

    /**
     * Submits a job. Without a savepoint it goes on from the newest checkpoint of its id, in the
     * directory of its settings or else the cluster's, if there is one.
     *
     * @param jar with its classes, where the cluster's processes do not have them
     * @param most subtasks that each operator may have now; more slots later raise nothing before
     *     {@link #rescale}
     * @param settings Flink's and Nearstream's options
     * @param savepoint where to start from; {@link EarlierRuns#NO_STATE}: from the topics alone
     */
    void submit(
            NamedJob job,
            Optional<java.nio.file.Path> jar,
            int most,
            Configuration settings,
            Optional<String> savepoint)
            throws IOException, InterruptedException {
        EarlierRuns earlier = earlierRuns(settings);
        JobGraph graph = job.graph(earlier.told(settings, job.id(), savepoint));
        jar.ifPresent(file -> graph.addJar(new Path(file.toUri())));
        JobResourceRequirements.writeToExecutionPlan(graph, Requirements.of(graph, most));
        earlier.goOn(graph, savepoint);
        FlinkFailure.await(
                "submit job '%s'".formatted(job.name()), client.submitJob(graph), requestTimeout);
    }

    private EarlierRuns earlierRuns(Configuration settings) {
        Path checkpoints =
                new Path(
                        settings.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                                .orElseGet(
                                        () ->
                                                configuration.get(
                                                        CheckpointingOptions
                                                                .CHECKPOINTS_DIRECTORY)));
        return new EarlierRuns(java.nio.file.Path.of(checkpoints.getPath()));
    }

    /**
     * What a job that runs would go on from: its newest checkpoint; before its first one what it
     * was started from.
     *
     * @param settings what it was submitted with
     * @return empty where there is neither
     * @throws IOException in that case where it reads files: how far is not known
     */
    Optional<String> state(NamedJob job, Configuration settings) throws IOException {
        Optional<String> newest =
                earlierRuns(settings).newest(job.id()).map(path -> path.toUri().toString());
        Optional<String> state = newest.or(() -> startedFrom(checkpoints(job.id())));
        if (state.isEmpty() && readsFiles(job, settings)) {
            throw new IOException(
                    "Job %s has no checkpoint yet, so how far it has read its files is not known, and nothing was changed. Try again when 'cluster status' says that it has one."
                            .formatted(job.name()));
        }
        return state;
    }

    private static Optional<String> startedFrom(CheckpointingStatistics checkpoints) {
        return Optional.ofNullable(checkpoints.getLatestCheckpoints())
                .map(CheckpointingStatistics.LatestCheckpoints::getRestoredCheckpointStatistics)
                .map(CheckpointingStatistics.RestoredCheckpointStatistics::getExternalPath);
    }

    /** Whether its options name files. */
    static boolean readsFiles(NamedJob job, Configuration settings) {
        return job.equals(NamedJob.INGEST) && BackfillProbe.of(settings).isPresent();
    }

    /**
     * Makes a job as {@link #submit} would, and submits nothing.
     *
     * @param from the state that it goes on from
     * @throws IOException or {@link IllegalArgumentException} where it would be refused
     */
    JobGraph graph(NamedJob job, Configuration settings, Optional<String> from)
            throws IOException, InterruptedException {
        JobGraph graph = job.graph(earlierRuns(settings).told(settings, job.id(), from));
        EarlierRuns.requireFitting(graph, from);
        return graph;
    }

    /**
     * Lets each operator have so many subtasks, from now on; those that never have more keep
     * theirs. State moves by key group.
     *
     * @param graph with the operators that run
     * @param most 1 to the parallelism that the job was submitted with
     */
    void rescale(NamedJob job, JobGraph graph, int most) {
        FlinkFailure.await(
                "rescale job '%s'".formatted(job.name()),
                client.updateJobResourceRequirements(job.id(), Requirements.of(graph, most)),
                requestTimeout);
    }

    /**
     * Takes a canonical savepoint, which restores on any state backend.
     *
     * @param stop whether the job ends with it, its outputs committed
     * @return where it lies
     */
    public String savepoint(NamedJob job, boolean stop) {
        String target = configuration.get(CheckpointingOptions.SAVEPOINT_DIRECTORY);
        SavepointFormatType format = SavepointFormatType.CANONICAL;
        if (stop) {
            return new SavepointStop(
                            () -> client.stopWithSavepoint(job.id(), false, target, format),
                            this::awaitRunning)
                    .of(job.id(), SAVEPOINT_TIMEOUT);
        }
        return FlinkFailure.await(
                "take a savepoint of job '%s'".formatted(job.name()),
                client.triggerSavepoint(job.id(), target, format),
                SAVEPOINT_TIMEOUT);
    }

    /** Details of a job: its state, its vertices, their subtasks. */
    public JobDetailsInfo details(JobID job) {
        return requests.details(job);
    }

    /** Checkpoints of a job. */
    CheckpointingStatistics checkpoints(JobID job) {
        return requests.checkpoints(job);
    }

    /** Some metrics of an operator, by name: of each the largest value among all subtasks. */
    Map<String, Double> largestMetrics(JobID job, JobVertexID vertex, Predicate<String> names) {
        List<String> wanted = requests.metrics(job, vertex).stream().filter(names).toList();
        return wanted.isEmpty() ? Map.of() : requests.largest(job, vertex, wanted);
    }

    /** What whoever submitted a job let it carry. */
    Map<String, String> parameters(JobID job) {
        return requests.parameters(job);
    }

    /**
     * Another number whenever the job has gone back to a checkpoint, or was submitted or recovered
     * by another JobManager.
     */
    public long epoch(JobID job) {
        return details(job).getStartTime() * EPOCH
                + checkpoints(job).getCounts().getNumberRestoredCheckpoints();
    }

    /** Returns once every subtask of the job runs; a {@link FlinkFailure} says what does not. */
    public void awaitRunning(JobID job, Duration timeout) throws InterruptedException {
        new JobWait(requests).running(job, timeout);
    }

    /**
     * Waits until a job runs with so many subtasks, or with fewer for a while: {@link
     * JobWait#settled}.
     */
    void awaitSettled(JobID job, int subtasks, Duration patience, Duration timeout)
            throws InterruptedException {
        new JobWait(requests).settled(job, subtasks, patience, timeout);
    }

    /** Whether the job and each of its subtasks runs, as far as is known. */
    boolean isRunning(JobID job) {
        return JobWait.isRunning(details(job));
    }

    /**
     * Ends a job, and returns when it has ended; its checkpoints stay. Without ZooKeeper the same
     * JobManager never takes it again: {@link Cluster#submit} starts another.
     */
    public void cancel(JobID job) {
        FlinkFailure.await("cancel job " + job, client.cancel(job), requestTimeout);
        FlinkFailure.await("end job " + job, client.requestJobResult(job), requestTimeout);
    }

    /**
     * Ids of the TaskManagers that the leader believes in, and of whose slots it knows: they are
     * reported a moment after the TaskManager, and until then it has none for a job.
     */
    public Set<String> taskManagers() {
        return requests.taskManagers();
    }

    /** Returns once the job runs with so many subtasks in its widest operator. */
    public void awaitParallelism(JobID job, int subtasks, Duration timeout)
            throws InterruptedException {
        new JobWait(requests).parallelism(job, subtasks, timeout);
    }

    /** Subtasks of the job's widest operator. */
    public int parallelism(JobID job) {
        return JobWait.parallelism(details(job));
    }

    @Override
    public void close() {
        client.close();
    }
}
