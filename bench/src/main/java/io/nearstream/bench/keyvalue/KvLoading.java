package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.WriteTally;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How the keys became readable.
 *
 * @param records how many; every one was acknowledged
 * @param acknowledgedSeconds from the first put to the last acknowledgement
 * @param seconds from the first put until the last is visible to a live get
 */
public record KvLoading(int records, double acknowledgedSeconds, double seconds) {
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(5);
    private static final Duration VISIBLE_WITHIN = Duration.ofMinutes(30);

    /** As {@code kafka/topics.yaml} says, and room for a server that has more. */
    private static final int PARTITIONS_MAX = 1_024;

    private static final int NONE = -1;

    /** Between two looks: without a pause they take half a processor from what they look for. */
    private static final long LOOK_EVERY_MS = 5;

    /** Records per second, from the first put until all are visible live. */
    public double perSecond() {
        return records / seconds;
    }

    /** Puts the first value of every key, and reads until the last of them is there. */
    static KvLoading load(
            KeySpace keys, KeyValueWriter writer, KeyValueReader live, BenchProgress.Stage stage)
            throws InterruptedException {
        int records = keys.known();
        Last last = new Last();
        WriteTally tally = new WriteTally();
        long start = System.nanoTime();
        for (int key = 0; key < records; key++) {
            int number = key;
            int sequence = keys.issue(key);
            tally.track(
                    writer.append(KeyValueRequest.put(keys.name(key), keys.value(key, sequence)))
                            .whenComplete(
                                    (receipt, failure) -> {
                                        if (failure == null) {
                                            keys.acknowledged(number, sequence);
                                            last.put(
                                                    receipt.partition(),
                                                    SubtaskLoad.keyGroup(keys.name(number)),
                                                    number);
                                        }
                                    }));
            stage.to(tally.acknowledged());
        }
        tally.await(ACKNOWLEDGED_WITHIN);
        final double acknowledged = since(start);
        stage.to(records);
        last.awaitVisible(keys, live);
        final double visible = since(start);
        for (int key = 0; key < records; key++) {
            keys.applied(key, keys.issued(key));
        }
        keys.loaded();
        return new KvLoading(records, acknowledged, visible);
    }

    private static double since(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /**
     * The last key of each key group in each partition. What one partition brings to one key group
     * is applied in order, so when these are visible, all are. Thread-safe for one writer per
     * partition.
     */
    private static final class Last {
        private final AtomicIntegerArray keys =
                new AtomicIntegerArray(PARTITIONS_MAX * SubtaskLoad.MAX_PARALLELISM);

        Last() {
            for (int i = 0; i < keys.length(); i++) {
                keys.set(i, NONE);
            }
        }

        /** Acknowledgements of a partition come in its order. */
        void put(int partition, int keyGroup, int key) {
            keys.set(partition * SubtaskLoad.MAX_PARALLELISM + keyGroup, key);
        }

        void awaitVisible(KeySpace space, KeyValueReader live) throws InterruptedException {
            long start = System.nanoTime();
            for (int i = 0; i < keys.length(); i++) {
                int key = keys.get(i);
                while (key != NONE && !visible(space, live, key)) {
                    if (System.nanoTime() - start > VISIBLE_WITHIN.toNanos()) {
                        throw new NearstreamException(
                                "Key '%s' was not visible to a live get within %s."
                                        .formatted(space.name(key), VISIBLE_WITHIN));
                    }
                    Thread.sleep(LOOK_EVERY_MS);
                }
            }
        }

        private static boolean visible(KeySpace space, KeyValueReader live, int key)
                throws InterruptedException {
            String name = space.name(key);
            Optional<KeyValue> found = Waiting.await(live.get(name), "read key '" + name + "'");
            return found.isPresent() && space.sequence(key, found.get()) == space.issued(key);
        }
    }
}
