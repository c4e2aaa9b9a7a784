package io.nearstream.embedded;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.checkpoint.FinishedTaskStateProvider.PartialFinishingNotSupportedByStateException;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops jobs with savepoints. A source reports in the savepoint whether it had come to its end
 * already; where one subtask had and another had not, and an operator behind them keeps a union of
 * lists, Flink refuses the savepoint and restarts the job (FLINK-21080). Then the job is stopped
 * again.
 */
public final class SavepointStop {
    private static final Logger LOG = LoggerFactory.getLogger(SavepointStop.class);
    private static final long POLL_MS = 100;

    private final Supplier<CompletableFuture<String>> stop;
    private final Running running;

    /** Waits until a job runs. */
    @FunctionalInterface
    public interface Running {
        /** Until it runs, not longer than allowed. */
        void await(JobID job, Duration left) throws InterruptedException;
    }

    /**
     * A stop that has not begun.
     *
     * @param stop one try, which completes with the place of the savepoint
     */
    public SavepointStop(Supplier<CompletableFuture<String>> stop, Running running) {
        this.stop = stop;
        this.running = running;
    }

    /**
     * Stops a job, its outputs committed.
     *
     * @return where its savepoint lies
     */
    public String of(JobID job, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean refused = false;
        while (true) {
            Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            try {
                return FlinkFailure.await("take a savepoint of job " + job, stop.get(), left);
            } catch (FlinkFailure failure) {
                // While the job restarts, it refuses for other reasons.
                refused |= isPartlyFinished(failure);
                if (!refused || System.nanoTime() >= deadline) {
                    throw failure;
                }
                LOG.warn("Job {} restarts and is stopped again: {}", job, failure.getMessage());
                awaitRunning(job, left, failure);
            }
        }
    }

    private static boolean isPartlyFinished(Throwable failure) {
        // Over REST it comes serialized.
        return ExceptionUtils.findSerializedThrowable(
                        failure,
                        PartialFinishingNotSupportedByStateException.class,
                        SavepointStop.class.getClassLoader())
                .isPresent();
    }

    private void awaitRunning(JobID job, Duration left, FlinkFailure failure) {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            running.await(job, left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
