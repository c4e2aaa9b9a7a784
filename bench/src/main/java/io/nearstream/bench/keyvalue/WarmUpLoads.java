package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.WriteTally;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Loads other keys and deletes them again, so that the JVM has compiled what a load is made of
 * before the measured one begins: one load is over before the JIT is. The deleted keys leave small
 * tombstones.
 */
final class WarmUpLoads {
    private static final int RECORDS_MAX = 100_000;
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(5);

    /** So many strong reads find every subtask of every partition done. */
    private static final int LOOKED_AT = 1_000;

    private final KeySpace keys;
    private final KvConnection connection;
    private final BenchProgress progress;

    private WarmUpLoads(KeySpace keys, KvConnection connection, BenchProgress progress) {
        this.keys = keys;
        this.connection = connection;
        this.progress = progress;
    }

    /** Makes so many loads; returns once nothing of them is under way. */
    static void run(
            int loads, String prefix, KvLoad load, KvConnection connection, BenchProgress progress)
            throws InterruptedException {
        int records = Math.min(RECORDS_MAX, load.records());
        KeySpace keys = new KeySpace(prefix + "warm-", records, 0, load.valueBytes());
        for (int i = 0; i < loads; i++) {
            new WarmUpLoads(keys, connection, progress).once();
        }
    }

    private void once() throws InterruptedException {
        try (BenchProgress.Stage stage =
                progress.begin("warm up load", OptionalLong.of(keys.size()))) {
            KvLoading.load(keys, connection.bulkWriter(), connection.live(), stage);
        } finally {
            delete();
        }
        List<String> some =
                IntStream.range(0, Math.min(LOOKED_AT, keys.size())).mapToObj(keys::name).toList();
        int left = Waiting.await(connection.strong().getAll(some), "read deleted keys").size();
        if (left > 0) {
            throw new NearstreamException(
                    "%d of %d keys that were deleted have values in a strong read."
                            .formatted(left, some.size()));
        }
    }

    private void delete() {
        KeyValueWriter writer = connection.bulkWriter();
        WriteTally tally = new WriteTally();
        for (int key = 0; key < keys.size(); key++) {
            tally.track(writer.append(KeyValueRequest.delete(keys.name(key))));
        }
        writer.flush();
        tally.await(ACKNOWLEDGED_WITHIN);
    }
}
