package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.VectorWriter;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Loads vectors into a collection.
 *
 * @param client where to
 * @param collection the collection's settings
 * @param labels of every record
 * @param ttl of every record
 */
record Loader(
        NearstreamClient client,
        CollectionSettings collection,
        List<String> labels,
        Optional<Duration> ttl) {

    private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration VISIBLE_PATIENCE = Duration.ofMinutes(10);

    /**
     * What was loaded.
     *
     * @param vectors how many, at least one
     * @param startNanos when the first was sent, by {@link System#nanoTime}
     * @param acknowledgedNanos when the last acknowledgement came
     * @param lastAppendTime the latest append time, milliseconds since 1970
     * @param lastVector some vector of the collection, in its encoding
     */
    record Loaded(
            long vectors,
            long startNanos,
            long acknowledgedNanos,
            long lastAppendTime,
            byte[] lastVector) {

        double seconds() {
            return (acknowledgedNanos - startNanos) / 1e9;
        }
    }

    /** The last vector sent; the source hands them over one at a time. */
    private static final class Last {
        private byte[] vector;
    }

    /** Sends everything and waits for the acknowledgements. */
    Loaded load(VectorSource source) throws IOException {
        VectorWriter writer = client.writer();
        WriteTally tally = new WriteTally();
        Last last = new Last();
        long start = System.nanoTime();
        try (Progress progress = Progress.start("load", source.size())) {
            source.forEach(
                    (id, vector) -> {
                        last.vector = vector;
                        tally.track(writer.upsert(record(id, vector)));
                        progress.to(tally.acknowledged());
                    });
            writer.flush();
            long appendTime = tally.await(ACKNOWLEDGEMENT_TIMEOUT);
            progress.to(tally.acknowledged());
            if (last.vector == null) {
                throw new NearstreamException("There is nothing to load.");
            }
            return new Loaded(
                    tally.acknowledged(), start, System.nanoTime(), appendTime, last.vector);
        }
    }

    /**
     * Waits until everything that was loaded is searchable.
     *
     * @return seconds since the first vector was sent
     */
    double awaitVisible(Loaded loaded) {
        client.prober()
                .awaitVisible(
                        collection.name(),
                        loaded.lastVector(),
                        loaded.lastAppendTime(),
                        VISIBLE_PATIENCE);
        return (System.nanoTime() - loaded.startNanos()) / 1e9;
    }

    private VectorUpsert record(String id, byte[] vector) {
        return new VectorUpsert(
                collection, id, vector, labels, Optional.empty(), ttl, OptionalLong.empty());
    }
}
