package io.nearstream.embedded;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.flink.util.ExceptionUtils;

/** A Flink cluster did not do what was asked of it; the message says what and why. */
public final class FlinkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what Flink had to say. */
    public FlinkFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** Without a failure of Flink's. */
    public FlinkFailure(String message) {
        super(message);
    }

    /**
     * The future's value.
     *
     * @param action completes the sentence "Cannot ..."
     * @throws FlinkFailure when it fails, comes too late or is interrupted
     */
    public static <T> T await(String action, CompletableFuture<T> future, Duration timeout) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = ExceptionUtils.stripExecutionException(e);
            throw new FlinkFailure("Cannot %s: %s".formatted(action, rootMessage(cause)), cause);
        } catch (TimeoutException e) {
            throw new FlinkFailure(
                    "Cannot %s: no answer within %d s.".formatted(action, timeout.toSeconds()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkFailure("Cannot %s: interrupted.".formatted(action), e);
        }
    }

    /**
     * What to say at the end of a message about a job that has failed.
     *
     * @param printed its failure with all causes, as Java prints it; the lines that say where, not
     *     what, are left out, they are in the log
     */
    public static String reason(String printed) {
        return printed.lines()
                .filter(line -> !line.startsWith("\t") && !line.isBlank())
                .collect(Collectors.joining(" ", " Last failure: ", ""));
    }

    /** Flink wraps a failure many times; the innermost says what happened. */
    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }
}
