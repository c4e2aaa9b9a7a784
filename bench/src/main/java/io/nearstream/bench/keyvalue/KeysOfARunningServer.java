package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.WriteTally;
import java.time.Duration;

/**
 * Deletes what a benchmark has put into a server that goes on, also after a failure. One of the
 * benchmark's own is thrown away as a whole.
 *
 * @param target whose keys they are
 * @param keys which
 * @param connection to it
 */
record KeysOfARunningServer(KvTarget target, KeySpace keys, KvConnection connection)
        implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    @Override
    public void close() {
        if (target.running().isEmpty()) {
            return;
        }
        KeyValueWriter writer = connection.bulkWriter();
        WriteTally tally = new WriteTally();
        for (int key = 0; key < keys.size(); key++) {
            if (keys.issued(key) > 0) {
                tally.track(writer.append(KeyValueRequest.delete(keys.name(key))));
            }
        }
        writer.flush();
        tally.await(TIMEOUT);
    }
}
