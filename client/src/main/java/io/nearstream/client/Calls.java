package io.nearstream.client;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a broker's answer, and turns what may go wrong into one exception. */
final class Calls {
    private Calls() {}

    static <T> T await(CompletionStage<T> call, Duration timeout, String what) {
        try {
            return call.toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new NearstreamException(
                    "Could not %s: %s".formatted(what, failed.getCause().getMessage()),
                    failed.getCause());
        } catch (TimeoutException late) {
            throw timedOut(what, timeout);
        } catch (InterruptedException interrupted) {
            throw interrupted(what, interrupted);
        }
    }

    static NearstreamException timedOut(String what, Duration timeout) {
        return new NearstreamException(
                "Could not %s within %d ms: the broker does not answer."
                        .formatted(what, timeout.toMillis()));
    }

    /** Keeps the thread's interrupt flag for the caller. */
    static NearstreamException interrupted(String what, Exception cause) {
        Thread.currentThread().interrupt();
        return new NearstreamException("Interrupted: " + what + ".", cause);
    }
}
