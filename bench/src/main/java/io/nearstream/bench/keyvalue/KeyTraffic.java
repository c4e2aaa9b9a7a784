package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.WriteTally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Gets and puts of keys, some of which are used far more often than others: YCSB's scrambled
 * zipfian, in which the hottest key takes 3.8 %. Every value says which key it is of, so that a
 * wrong answer is seen. One thread sends; counts may be read by others.
 */
public final class KeyTraffic {
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(5);
    private static final Duration IN_FORCE_WITHIN = Duration.ofMinutes(5);

    /** The last keys of a load lie in every partition, so reading them waits for all of it. */
    private static final int READ_BACK = 256;

    private final KeyValueReader reader;
    private final KeyValueWriter writer;
    private final int keys;
    private final int valueBytes;
    private final ScrambledZipfian chooser;
    private final AtomicIntegerArray sequences;
    private final AtomicLongArray keyGroups = new AtomicLongArray(SubtaskLoad.MAX_PARALLELISM);
    private final int[] keyGroupOf;

    /**
     * Traffic on keys that {@link #load} writes, or has written in an earlier run.
     *
     * @param keys at least 1
     * @param valueBytes at least 24
     */
    public KeyTraffic(KeyValueReader reader, KeyValueWriter writer, int keys, int valueBytes) {
        if (keys < 1 || valueBytes < Values.LENGTH_MIN) {
            throw new IllegalArgumentException(
                    "keys must be at least 1 and values have at least %d bytes, but they were %d and %d."
                            .formatted(Values.LENGTH_MIN, keys, valueBytes));
        }
        this.reader = reader;
        this.writer = writer;
        this.keys = keys;
        this.valueBytes = valueBytes;
        this.chooser = new ScrambledZipfian(keys);
        this.sequences = new AtomicIntegerArray(keys);
        this.keyGroupOf = new int[keys];
        for (int key = 0; key < keys; key++) {
            keyGroupOf[key] = SubtaskLoad.keyGroup(name(key));
        }
    }

    private static String name(int key) {
        return "key-%08d".formatted(key);
    }

    /**
     * Puts every key and waits until all of them are in force.
     *
     * @param strong reads through the log
     * @param done is told how many were sent
     */
    public void load(KeyValueReader strong, LongConsumer done) throws InterruptedException {
        WriteTally tally = new WriteTally();
        for (int key = 0; key < keys; key++) {
            tally.track(writer.append(KeyValueRequest.put(name(key), nextValue(key))));
            done.accept(key + 1L);
        }
        writer.flush();
        tally.await(ACKNOWLEDGED_WITHIN);
        List<CompletableFuture<Optional<KeyValue>>> last = new ArrayList<>();
        for (int key = Math.max(0, keys - READ_BACK); key < keys; key++) {
            last.add(strong.get(name(key)));
        }
        for (int i = 0; i < last.size(); i++) {
            awaitReadable(strong, name(Math.max(0, keys - READ_BACK) + i), last.get(i));
        }
    }

    /** A job that is still behind with the load answers later than a read may take. */
    private static void awaitReadable(
            KeyValueReader strong, String key, CompletableFuture<Optional<KeyValue>> first)
            throws InterruptedException {
        long start = System.nanoTime();
        CompletableFuture<Optional<KeyValue>> read = first;
        while (true) {
            try {
                Waiting.await(read, "read a loaded key");
                return;
            } catch (NearstreamException unanswered) {
                if (System.nanoTime() - start > IN_FORCE_WITHIN.toNanos()) {
                    throw unanswered;
                }
            }
            read = strong.get(key);
        }
    }

    private byte[] nextValue(int key) {
        return Values.encode(key, sequences.incrementAndGet(key), valueBytes);
    }

    private int choose(SplittableRandom random) {
        int key = chooser.next(random);
        keyGroups.incrementAndGet(keyGroupOf[key]);
        return key;
    }

    /** Reads a key; whether its value is one that was written for it. */
    public CompletableFuture<Boolean> get(SplittableRandom random) {
        int key = choose(random);
        return reader.get(name(key))
                .thenApply(
                        found ->
                                found.isPresent()
                                        && Values.check(found.get().value(), key, valueBytes) > 0);
    }

    /** Puts a key; ends when the write is in force. */
    public CompletableFuture<Boolean> put(SplittableRandom random) {
        int key = choose(random);
        return writer.apply(KeyValueRequest.put(name(key), nextValue(key)))
                .thenApply(KeyValueOutcome::applied);
    }

    /**
     * Operations so far by the subtask that keeps their key.
     *
     * @param parallelism of the operator that keeps keys, 1 to 128
     */
    public long[] operationsBySubtask(int parallelism) {
        long[] operations = new long[parallelism];
        for (int group = 0; group < keyGroups.length(); group++) {
            operations[
                            KeyGroupRangeAssignment.computeOperatorIndexForKeyGroup(
                                    keyGroups.length(), parallelism, group)] +=
                    keyGroups.get(group);
        }
        return operations;
    }
}
