package io.nearstream.client;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a client talks to its broker; {@link #of} gives the defaults, {@code with...} changes one.
 *
 * @param bootstrap {@code HOST:PORT}, several separated by commas
 * @param connectTimeout how long {@link NearstreamClient#connect} tries to be listened to; a
 *     listener gets three times as long to answer
 * @param requestTimeout deadline of every other call, and of a write's acknowledgement; at least 1
 *     s
 * @param writeLinger how long a write waits for others to share its batch; zero for latency
 * @param probeLinger the same for probes, and for writes and reads of keys that are answered
 * @param batchBytes largest batch of writes per partition, 16 KiB to 4 MiB
 * @param bufferBytes memory for writes that were not acknowledged; a full buffer blocks the writer
 * @param probesPendingMax probes that wait for their answers; more block the sender
 * @param keyValueDeadline how long a write of a key with an outcome, or a strong read, waits for
 *     its answer, 10 ms to 10 min
 * @param keyValuesPendingMax such writes and reads that wait for their answers; more block the
 *     sender
 * @param random source of uids, request ids and the result partition; must be thread-safe
 */
public record ClientOptions(
        String bootstrap,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration writeLinger,
        Duration probeLinger,
        int batchBytes,
        long bufferBytes,
        int probesPendingMax,
        Duration keyValueDeadline,
        int keyValuesPendingMax,
        RandomGenerator random) {

    public static final int BATCH_BYTES_MIN = 16 << 10;
    public static final int BATCH_BYTES_MAX = 4 << 20;
    private static final Duration REQUEST_TIMEOUT_MIN = Duration.ofSeconds(1);
    private static final Duration LINGER_MAX = Duration.ofSeconds(1);
    private static final Duration KEY_VALUE_DEADLINE_MIN = Duration.ofMillis(10);
    private static final Duration KEY_VALUE_DEADLINE_MAX = Duration.ofMinutes(10);

    public ClientOptions {
        Bootstrap.parse(bootstrap);
        atLeast("connectTimeout", connectTimeout, Duration.ofMillis(1));
        atLeast("requestTimeout", requestTimeout, REQUEST_TIMEOUT_MIN);
        linger("writeLinger", writeLinger);
        linger("probeLinger", probeLinger);
        within("batchBytes", batchBytes, BATCH_BYTES_MIN, BATCH_BYTES_MAX);
        within("bufferBytes", bufferBytes, batchBytes, Integer.MAX_VALUE);
        within("probesPendingMax", probesPendingMax, 1, 1_000_000);
        atLeast("keyValueDeadline", keyValueDeadline, KEY_VALUE_DEADLINE_MIN);
        atMost("keyValueDeadline", keyValueDeadline, KEY_VALUE_DEADLINE_MAX);
        within("keyValuesPendingMax", keyValuesPendingMax, 1, 1_000_000);
    }

    /**
     * The defaults: 5 s to connect, 30 s per call, 10 s for an answer about a key, 5 ms linger for
     * writes and none for probes.
     */
    public static ClientOptions of(String bootstrap) {
        return new ClientOptions(
                bootstrap,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMillis(5),
                Duration.ZERO,
                256 << 10,
                64L << 20,
                10_000,
                Duration.ofSeconds(10),
                10_000,
                new SecureRandom());
    }

    /** The same with another deadline per call. */
    public ClientOptions withRequestTimeout(Duration timeout) {
        return new ClientOptions(
                bootstrap,
                connectTimeout,
                timeout,
                writeLinger,
                probeLinger,
                batchBytes,
                bufferBytes,
                probesPendingMax,
                keyValueDeadline,
                keyValuesPendingMax,
                random);
    }

    /** The same with other lingers, 0 to 1 s. */
    public ClientOptions withLingers(Duration writes, Duration probes) {
        return new ClientOptions(
                bootstrap,
                connectTimeout,
                requestTimeout,
                writes,
                probes,
                batchBytes,
                bufferBytes,
                probesPendingMax,
                keyValueDeadline,
                keyValuesPendingMax,
                random);
    }

    /** The same with another source of randomness, which must be thread-safe. */
    public ClientOptions withRandom(RandomGenerator source) {
        return new ClientOptions(
                bootstrap,
                connectTimeout,
                requestTimeout,
                writeLinger,
                probeLinger,
                batchBytes,
                bufferBytes,
                probesPendingMax,
                keyValueDeadline,
                keyValuesPendingMax,
                source);
    }

    /** The same with another deadline of requests about keys, and number of them that may wait. */
    public ClientOptions withKeyValues(Duration deadline, int pendingMax) {
        return new ClientOptions(
                bootstrap,
                connectTimeout,
                requestTimeout,
                writeLinger,
                probeLinger,
                batchBytes,
                bufferBytes,
                probesPendingMax,
                deadline,
                pendingMax,
                random);
    }

    private static void atLeast(String name, Duration value, Duration low) {
        if (value.compareTo(low) < 0) {
            throw new IllegalArgumentException(
                    "%s must be at least %s, but was %s.".formatted(name, low, value));
        }
    }

    private static void atMost(String name, Duration value, Duration high) {
        if (value.compareTo(high) > 0) {
            throw new IllegalArgumentException(
                    "%s must be at most %s, but was %s.".formatted(name, high, value));
        }
    }

    private static void linger(String name, Duration value) {
        if (value.isNegative() || value.compareTo(LINGER_MAX) > 0) {
            throw new IllegalArgumentException(
                    "%s must be between 0 and %s, but was %s.".formatted(name, LINGER_MAX, value));
        }
    }

    private static void within(String name, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d.".formatted(name, low, high, value));
        }
    }
}
