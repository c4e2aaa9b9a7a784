package io.nearstream.bench.keyvalue;

import io.nearstream.client.NearstreamException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for single calls. */
final class Waiting {
    /** Every call has a shorter deadline of its own. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private Waiting() {}

    /** The call's result; a {@link NearstreamException} that says what failed. */
    static <T> T await(CompletableFuture<T> call, String what) throws InterruptedException {
        try {
            return call.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new NearstreamException(
                    "Could not %s: %s".formatted(what, failed.getCause().getMessage()),
                    failed.getCause());
        } catch (TimeoutException late) {
            throw new NearstreamException("Could not %s within %s.".formatted(what, TIMEOUT), late);
        }
    }
}
