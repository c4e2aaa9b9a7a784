package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * One connection to the state of the running job: Flink's Queryable State today, behind this
 * interface since Flink has deprecated it. Thread-safe.
 */
interface StateCalls {
    /**
     * Asks once for the state of a key.
     *
     * @return fails with what {@link FlinkStateFailures} tells apart; may never complete
     */
    CompletableFuture<KeyValueEntry> get(String key);

    /**
     * Asks once where a key is kept.
     *
     * @return {@code IP:PORT} of the proxy beside it; fails where the job does not say; may never
     *     complete
     */
    CompletableFuture<String> holder(String key);

    /** The address at the other end, {@code IP:PORT}; empty until there is one. */
    String peer();

    /** Does not wait; calls under way fail. */
    void close();

    /** Opens connections, without waiting until they are made. */
    @FunctionalInterface
    interface Opener {
        /**
         * A connection to a proxy.
         *
         * @param address {@code HOST:PORT}
         * @throws IOException if the host is not known
         */
        StateCalls open(String address) throws IOException;
    }
}
