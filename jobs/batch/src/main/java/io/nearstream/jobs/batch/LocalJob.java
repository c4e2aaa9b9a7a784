package io.nearstream.jobs.batch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/** Runs one bounded job on a Flink cluster inside this JVM, which ends with it. */
final class LocalJob {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(30);

    private LocalJob() {}

    /** An environment without checkpoints: a bounded run that fails is started again. */
    static StreamExecutionEnvironment environment(int parallelism) {
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        config.set(PipelineOptions.OBJECT_REUSE, true); // messages are immutable
        MemorySize network = MemorySize.ofMebiBytes(networkMib(parallelism));
        config.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
        config.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
        return StreamExecutionEnvironment.createLocalEnvironment(parallelism, config);
    }

    /**
     * For some exchanges of all subtasks with all, at 3 buffers of 32 KiB a channel; outside the
     * heap.
     */
    private static int networkMib(int parallelism) {
        int buffers = 12 * parallelism * parallelism + 64 * parallelism;
        return Math.max(64, buffers / 32);
    }

    /**
     * Runs the job to its end.
     *
     * @param meanwhile is called some times a second
     * @throws BatchFailure if the job fails, with what failed it
     */
    static void run(StreamExecutionEnvironment env, String name, Runnable meanwhile)
            throws InterruptedException {
        JobClient job;
        try {
            job = env.executeAsync(name);
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception failure) {
            throw failed(name, failure);
        }
        CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
        try {
            while (!ended(name, result)) {
                meanwhile.run();
            }
            meanwhile.run();
        } catch (InterruptedException | RuntimeException | Error end) {
            if (!result.isDone()) {
                cancel(name, job, end);
            }
            throw end;
        }
    }

    private static boolean ended(String name, CompletableFuture<JobExecutionResult> result)
            throws InterruptedException {
        try {
            result.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException running) {
            return false;
        } catch (ExecutionException failure) {
            throw failed(name, failure);
        }
    }

    private static void cancel(String name, JobClient job, Throwable end) {
        try {
            job.cancel().get(CANCEL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException failure) {
            end.addSuppressed(
                    new BatchFailure(name + ": the job was not cancelled in order.", failure));
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Flink wraps a failure many times: ours says what to do, else the innermost what happened. */
    private static BatchFailure failed(String name, Exception failure) {
        BatchFailure ours = ExceptionUtils.findThrowable(failure, BatchFailure.class).orElse(null);
        if (ours != null) {
            return new BatchFailure(ours.getMessage(), failure);
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new BatchFailure("%s: the job failed: %s".formatted(name, root), failure);
    }
}
