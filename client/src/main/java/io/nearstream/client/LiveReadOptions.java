package io.nearstream.client;

import io.nearstream.jobs.common.config.JobIds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.JobID;

/**
 * How keys are read from the state of the running job; {@link #of} gives the defaults, {@code
 * with...} changes one.
 *
 * @param addresses {@code HOST:PORT} of the queryable-state proxies, one of each TaskManager; any
 *     of them answers for all keys. Only TaskManagers that you trust: Flink's protocol has no
 *     authentication, and a failure comes back as a serialized Java object
 * @param job the job that keeps the keys
 * @param deadline of a get, with all that is tried again, 10 ms to 10 min
 * @param attemptTimeout when a get that is not answered is tried at the next address, 1 ms to the
 *     deadline
 * @param inFlightMax gets that wait for their answers, 1 to 1,000,000; more block the caller
 * @param clock what has expired by this clock has no value; it should go with the broker's
 */
public record LiveReadOptions(
        List<String> addresses,
        JobID job,
        Duration deadline,
        Duration attemptTimeout,
        int inFlightMax,
        Clock clock) {
    private static final Duration DEADLINE_MIN = Duration.ofMillis(10);
    private static final Duration DEADLINE_MAX = Duration.ofMinutes(10);
    private static final int IN_FLIGHT_MAX = 1_000_000;

    /** A TaskManager that went without a word is noticed so often within a deadline. */
    private static final int ATTEMPTS_PER_DEADLINE = 4;

    public LiveReadOptions {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "addresses must be at least one HOST:PORT of a queryable-state proxy, but there is none.");
        }
        addresses.forEach(address -> HostPort.parse("address", address));
        if (deadline.compareTo(DEADLINE_MIN) < 0 || deadline.compareTo(DEADLINE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "deadline must be between %s and %s, but was %s."
                            .formatted(DEADLINE_MIN, DEADLINE_MAX, deadline));
        }
        if (attemptTimeout.toMillis() < 1 || attemptTimeout.compareTo(deadline) > 0) {
            throw new IllegalArgumentException(
                    "attemptTimeout must be between 1 ms and the deadline of %s, but was %s."
                            .formatted(deadline, attemptTimeout));
        }
        if (inFlightMax < 1 || inFlightMax > IN_FLIGHT_MAX) {
            throw new IllegalArgumentException(
                    "inFlightMax must be between 1 and %d, but was %d."
                            .formatted(IN_FLIGHT_MAX, inFlightMax));
        }
    }

    /** The defaults: the ingest job, 2 s for a get, 1,024 in flight, this machine's clock. */
    public static LiveReadOptions of(List<String> addresses) {
        Duration deadline = Duration.ofSeconds(2);
        return new LiveReadOptions(
                addresses,
                JobIds.INGEST,
                deadline,
                deadline.dividedBy(ATTEMPTS_PER_DEADLINE),
                1_024,
                Clock.systemUTC());
    }

    /** The same reading another job's keys. */
    public LiveReadOptions withJob(JobID other) {
        return new LiveReadOptions(addresses, other, deadline, attemptTimeout, inFlightMax, clock);
    }

    /** The same with another deadline, and a quarter of it for each attempt. */
    public LiveReadOptions withDeadline(Duration other) {
        return new LiveReadOptions(
                addresses, job, other, other.dividedBy(ATTEMPTS_PER_DEADLINE), inFlightMax, clock);
    }

    /** The same with another timeout of an attempt. */
    public LiveReadOptions withAttemptTimeout(Duration timeout) {
        return new LiveReadOptions(addresses, job, deadline, timeout, inFlightMax, clock);
    }

    /** The same with another number of gets in flight. */
    public LiveReadOptions withInFlightMax(int max) {
        return new LiveReadOptions(addresses, job, deadline, attemptTimeout, max, clock);
    }

    /** The same with another clock. */
    public LiveReadOptions withClock(Clock other) {
        return new LiveReadOptions(addresses, job, deadline, attemptTimeout, inFlightMax, other);
    }
}
