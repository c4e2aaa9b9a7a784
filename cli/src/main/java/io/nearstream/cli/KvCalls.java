package io.nearstream.cli;

import io.nearstream.client.NearstreamException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Waits for calls of the client, which have deadlines of their own. */
final class KvCalls {
    private KvCalls() {}

    /** The result of a call; fails as it failed. */
    static <T> T await(CompletableFuture<T> call) throws InterruptedException {
        try {
            return call.get();
        } catch (ExecutionException failed) {
            throw failure(failed.getCause());
        }
    }

    /** The failure to report: futures wrap what they were told. */
    static RuntimeException failure(Throwable cause) {
        Throwable actual =
                cause instanceof CompletionException && cause.getCause() != null
                        ? cause.getCause()
                        : cause;
        return actual instanceof RuntimeException known
                ? known
                : new NearstreamException(String.valueOf(actual.getMessage()), actual);
    }
}
