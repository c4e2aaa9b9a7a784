package io.nearstream.embedded.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.NearstreamException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads one key over and over, in a thread of its own, and notes each answer and each error with
 * its time: how long a fault shows to a reader, and as what.
 */
public final class KeyGaze {
    private static final Duration END_TIMEOUT = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 5_000_000;

    private record Look(long began, long ended, Optional<Throwable> failure) {
        boolean failed() {
            return failure.isPresent();
        }
    }

    private final KeyValueReader reader;
    private final String key;
    private final List<Look> looks = new ArrayList<>();
    private final CompletableFuture<Void> ended;
    private volatile boolean stopping;

    private KeyGaze(KeyValueReader reader, String key, byte[] value) {
        this.reader = reader;
        this.key = key;
        this.ended =
                CompletableFuture.runAsync(
                        () -> lookUntilStopped(value),
                        task -> new Thread(task, "key-gaze").start());
    }

    /**
     * Starts to read.
     *
     * @param reader stays open
     * @param value that the key has all the time: any other answer is a failure
     */
    public static KeyGaze start(KeyValueReader reader, String key, byte[] value) {
        return new KeyGaze(reader, key, value);
    }

    private void lookUntilStopped(byte[] value) {
        while (!stopping) {
            long began = System.nanoTime();
            Optional<Throwable> failure = Optional.empty();
            try {
                Optional<KeyValue> found = reader.get(key).join();
                assertThat(found.map(KeyValue::value))
                        .as("%s is never missing", key)
                        .hasValue(value);
            } catch (CompletionException noAnswer) {
                failure = Optional.of(noAnswer.getCause());
            }
            synchronized (looks) {
                looks.add(new Look(began, System.nanoTime(), failure));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns once a read that begins now or later finds the value. */
    public void awaitGood() throws Exception {
        long now = System.nanoTime();
        Await.until(
                key + " is read again",
                () -> goodBeganSince(now) || ended.isCompletedExceptionally());
        if (ended.isCompletedExceptionally()) {
            ended.get();
        }
    }

    private boolean goodBeganSince(long moment) {
        synchronized (looks) {
            return looks.stream().anyMatch(look -> !look.failed() && look.began() - moment >= 0);
        }
    }

    /** Ends the reads; a wrong answer is thrown here. */
    public void stop() throws Exception {
        stopping = true;
        ended.get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Every read found the value. */
    public void assertNoErrors() {
        assertThat(looks).isNotEmpty();
        assertThat(looks.stream().filter(Look::failed)).isEmpty();
    }

    /**
     * Errors came only after faults and for no longer than so, and each of them says what is wrong.
     *
     * @param faults when they happened, by {@link System#nanoTime}
     * @param deadline of a read: one that began before a fault may fail, too
     */
    public void assertErrorsOnlyAfter(
            List<Long> faults, Duration recovery, Duration deadline, String message) {
        assertThat(looks).anyMatch(look -> !look.failed());
        for (Look look : looks) {
            if (!look.failed()) {
                continue;
            }
            assertThat(look.failure().orElseThrow())
                    .isInstanceOf(NearstreamException.class)
                    .hasMessageContaining(message);
            assertThat(faults)
                    .as("an error %s", look)
                    .anyMatch(
                            fault ->
                                    look.began() - fault >= -deadline.toNanos()
                                            && look.began() - fault <= recovery.toNanos());
        }
    }
}
