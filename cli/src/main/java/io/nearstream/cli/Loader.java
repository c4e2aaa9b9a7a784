package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.VectorWriter;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import io.nearstream.formats.VectorRows;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Loads the vectors of a file into a collection; the id of a row is a prefix and its number.
 *
 * @param client where to
 * @param collection the collection's settings
 * @param idPrefix stands before each row number
 * @param labels of every record
 * @param ttl of every record
 */
record Loader(
        NearstreamClient client,
        CollectionSettings collection,
        String idPrefix,
        List<String> labels,
        Optional<Duration> ttl) {

    private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofSeconds(60);

    /**
     * What was loaded.
     *
     * @param vectors how many
     * @param seconds from the first send to the last acknowledgement
     * @param lastAppendTime the latest append time, milliseconds since 1970
     * @param lastVector some vector of the collection, in its encoding
     */
    record Loaded(long vectors, double seconds, long lastAppendTime, byte[] lastVector) {
        double perSecond() {
            return vectors / Math.max(seconds, 1e-9);
        }
    }

    /** Sends at most {@code limit} rows and waits for their acknowledgements. */
    Loaded load(VectorFile file, long limit) throws IOException {
        VectorFiles.requireDimensions(file, collection);
        VectorWriter writer = client.writer();
        WriteTally tally = new WriteTally();
        OptionalLong total =
                file.rows().isPresent()
                        ? OptionalLong.of(Math.min(limit, file.rows().getAsLong()))
                        : OptionalLong.empty();
        byte[] last = null;
        long start = System.nanoTime();
        try (VectorRows rows = file.read();
                Progress progress = Progress.start("load", total)) {
            while (rows.advance() && rows.row() < limit) {
                last = vector(file, rows);
                tally.track(
                        writer.upsert(
                                new VectorUpsert(
                                        collection,
                                        idPrefix + rows.row(),
                                        last,
                                        labels,
                                        Optional.empty(),
                                        ttl,
                                        OptionalLong.empty())));
                progress.to(tally.acknowledged());
            }
            writer.flush();
            long appendTime = tally.await(ACKNOWLEDGEMENT_TIMEOUT);
            progress.to(tally.acknowledged());
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Loaded(tally.acknowledged(), seconds, appendTime, last);
        }
    }

    private byte[] vector(VectorFile file, VectorRows rows) {
        try {
            return VectorFiles.convert(rows.vector(), file.encoding(), collection.encoding());
        } catch (IllegalArgumentException unfit) {
            throw new NearstreamException(
                    "%s, row %d does not fit the %s of collection '%s': %s"
                            .formatted(
                                    file.path(),
                                    rows.row(),
                                    collection.encoding(),
                                    collection.name(),
                                    unfit.getMessage()),
                    unfit);
        }
    }
}
