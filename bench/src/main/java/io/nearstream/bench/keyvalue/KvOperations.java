package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import javax.annotation.Nullable;
import org.HdrHistogram.Histogram;

/**
 * Single operations on a store, each checked and counted. Thread-safe.
 *
 * @param store what they work on
 * @param keys what was written
 * @param way how the store reads, and so what is right
 * @param tally counts
 */
record KvOperations(KvStore store, KeySpace keys, ReadWay way, KvTally tally) {

    /**
     * Reads a key.
     *
     * @param weight how many reads its time stands for; 0 where it is not timed
     * @param ended runs once it was counted, unless that is when this returns
     * @param ownNanos the calling thread's own histogram, for what ends before this returns
     * @return whether it has ended
     */
    boolean read(int key, int weight, Histogram ownNanos, Runnable ended) {
        int floor = keys.floor(way, key);
        long start = weight > 0 ? System.nanoTime() : 0;
        CompletableFuture<Optional<KeyValue>> read = store.read(keys.name(key));
        if (read.isDone() && !read.isCompletedExceptionally()) { // a cache's, a million a second
            if (weight > 0) {
                ownNanos.recordValueWithCount(System.nanoTime() - start, weight);
            }
            check(key, floor, read.join());
            return true;
        }
        read.whenComplete(
                (found, failure) -> {
                    if (failure == null) {
                        if (weight > 0) {
                            tally.done(Operation.READ, start, weight);
                        }
                        check(key, floor, found);
                    } else {
                        tally.failed(failure);
                    }
                    ended.run();
                });
        return false;
    }

    private void check(int key, int floor, Optional<KeyValue> found) {
        keys.problem(way, key, floor, found).ifPresent(tally::wrong);
    }

    /** Puts the next value of a key. */
    void put(Operation operation, int key, Runnable ended) {
        long start = System.nanoTime();
        write(key, value -> store.put(keys.name(key), value))
                .whenComplete(
                        (applied, failure) -> {
                            settle(operation, start, applied, failure);
                            ended.run();
                        });
    }

    /** Reads a key, and puts its next value if nobody else has meanwhile. */
    void readModifyWrite(int key, Runnable ended) {
        int floor = keys.floor(way, key);
        long start = System.nanoTime();
        store.read(keys.name(key))
                .thenCompose(found -> replace(key, floor, found))
                .whenComplete(
                        (applied, failure) -> {
                            settle(Operation.READ_MODIFY_WRITE, start, applied, failure);
                            ended.run();
                        });
    }

    private CompletableFuture<Boolean> replace(int key, int floor, Optional<KeyValue> found) {
        Optional<String> problem = keys.problem(way, key, floor, found);
        problem.ifPresent(tally::wrong);
        if (problem.isPresent() || found.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        return write(key, value -> store.replace(found.get(), value));
    }

    private void settle(
            Operation operation,
            long start,
            @Nullable Boolean applied,
            @Nullable Throwable failure) {
        if (failure != null) {
            tally.failed(failure);
            return;
        }
        tally.done(operation, start, 1);
        if (!applied) {
            tally.conflict();
        }
    }

    private CompletableFuture<Boolean> write(
            int key, Function<byte[], CompletableFuture<Boolean>> send) {
        int sequence;
        CompletableFuture<Boolean> write;
        synchronized (keys.lock(key)) {
            sequence = keys.issue(key);
            write = send.apply(keys.value(key, sequence));
        }
        return write.whenComplete(
                (applied, failure) -> {
                    if (failure == null && applied) {
                        keys.applied(key, sequence);
                    } else if (failure == null) {
                        keys.refused(key, sequence);
                    }
                });
    }
}
