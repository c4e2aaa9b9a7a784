package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Answer;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What probers know of the writers: how far they have come, and what they put last. Thread-safe.
 */
final class Recent {
    private static final int REMEMBERED = 4_096;

    /** A record that was put, whatever became of it. */
    record Put(String id, long token) {}

    private final AtomicLong newest = new AtomicLong();
    private final AtomicReferenceArray<Put> remembered = new AtomicReferenceArray<>(REMEMBERED);
    private final AtomicLong puts = new AtomicLong();

    /** A write was answered. */
    void written(Answer answer) {
        if (answer instanceof Answer.Acked acked) {
            newest.accumulateAndGet(acked.time(), Math::max);
        }
    }

    /** A record was put. */
    void put(String id, long token) {
        remembered.set((int) (puts.getAndIncrement() % REMEMBERED), new Put(id, token));
    }

    /** Newest append time of an acknowledged write, milliseconds since 1970; 0 before the first. */
    long newest() {
        return newest.get();
    }

    /** A put of not long ago; empty before the first. */
    Optional<Put> put(SplittableRandom random) {
        long known = Math.min(puts.get(), REMEMBERED);
        return known == 0
                ? Optional.empty()
                : Optional.ofNullable(remembered.get((int) random.nextLong(known)));
    }
}
