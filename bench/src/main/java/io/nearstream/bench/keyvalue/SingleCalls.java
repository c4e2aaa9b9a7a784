package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * Measures with one call under way at a time. One thread at a time.
 *
 * @param keys the keys
 * @param writer one whose writes do not linger
 * @param chooser chooses keys
 * @param random drives it
 * @param tally counts wrong reads
 */
record SingleCalls(
        KeySpace keys,
        KeyValueWriter writer,
        KeyChooser chooser,
        SplittableRandom random,
        KvTally tally) {
    private static final int DIGITS = 3;
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(20);

    /** One in so many calls is made before the clock counts. */
    private static final int WARM_UP_SHARE = 5;

    /** How long gets take. */
    Latency gets(KeyValueReader reader, ReadWay way, int samples, BenchProgress.Stage stage)
            throws InterruptedException {
        int warmUps = warmUps(samples);
        Histogram nanos = new Histogram(DIGITS);
        for (int i = 0; i < warmUps + samples; i++) {
            int key = chooser.next(random);
            int floor = keys.floor(way, key);
            long start = System.nanoTime();
            Optional<KeyValue> found = read(reader, key);
            record(nanos, start, i >= warmUps);
            keys.problem(way, key, floor, found).ifPresent(tally::wrong);
            stage.to(i);
        }
        return Latency.of(nanos);
    }

    /** How long it takes from a put until a reader finds it: from before the put is sent. */
    Latency puts(KeyValueReader reader, ReadWay way, int samples, BenchProgress.Stage stage)
            throws InterruptedException {
        int warmUps = warmUps(samples);
        Histogram nanos = new Histogram(DIGITS);
        for (int i = 0; i < warmUps + samples; i++) {
            int key = chooser.next(random);
            read(reader, key); // so that a cache holds it, and has to be told
            int sequence;
            long start;
            synchronized (keys.lock(key)) {
                sequence = keys.issue(key);
                byte[] value = keys.value(key, sequence);
                start = System.nanoTime();
                int sent = sequence;
                writer.append(KeyValueRequest.put(keys.name(key), value))
                        .whenComplete(
                                (receipt, failure) -> {
                                    if (failure == null) {
                                        keys.acknowledged(key, sent);
                                    } else {
                                        tally.failed(failure);
                                    }
                                });
            }
            awaitSeen(reader, way, key, sequence, start);
            record(nanos, start, i >= warmUps);
            stage.to(i);
        }
        return Latency.of(nanos);
    }

    private void awaitSeen(KeyValueReader reader, ReadWay way, int key, int sequence, long start)
            throws InterruptedException {
        while (true) {
            int floor = keys.floor(way, key);
            Optional<KeyValue> found = read(reader, key);
            keys.problem(way, key, floor, found).ifPresent(tally::wrong);
            if (found.isPresent() && keys.sequence(key, found.get()) >= sequence) {
                return;
            }
            if (System.nanoTime() - start > SEEN_WITHIN.toNanos()) {
                throw new NearstreamException(
                        "A put of key '%s' was not seen by a %s get within %s."
                                .formatted(keys.name(key), way.key(), SEEN_WITHIN));
            }
        }
    }

    private Optional<KeyValue> read(KeyValueReader reader, int key) throws InterruptedException {
        String name = keys.name(key);
        return Waiting.await(reader.get(name), "read key '" + name + "'");
    }

    /** Calls that are made for so many samples. */
    static int calls(int samples) {
        return warmUps(samples) + samples;
    }

    private static int warmUps(int samples) {
        return 1 + samples / WARM_UP_SHARE;
    }

    private static void record(Histogram nanos, long start, boolean counts) {
        if (counts) {
            nanos.recordValue(System.nanoTime() - start);
        }
    }
}
