package io.nearstream.bench;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.VectorWriter;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import io.nearstream.formats.VectorRows;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import javax.annotation.Nullable;

/**
 * How a data set became searchable.
 *
 * @param vectors how many; every one was acknowledged
 * @param acknowledgedSeconds from the first produce to the last acknowledgement
 * @param visibleSeconds from there to the first answer that is sure to include them all
 * @param seconds the same, with the move to the newest generation
 * @param generation of the codebook that they ended in
 * @param cpuMicros CPU time of the whole process meanwhile
 */
public record Loading(
        long vectors,
        double acknowledgedSeconds,
        double visibleSeconds,
        double seconds,
        int generation,
        long cpuMicros) {
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(5);
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(60);

    /** Read before the clock starts: a producer has its vectors, it does not unpack a file. */
    private static final long READ_AHEAD_BYTES = 512L << 20;

    /** Vectors per second, from the first produce until all is searchable and moved. */
    public double perSecond() {
        return vectors / seconds;
    }

    /** CPU time of the whole process per vector. */
    public double cpuMicrosPerVector() {
        return cpuMicros / (double) vectors;
    }

    /** Loads every row of the file into a collection of ours; its number becomes its id. */
    static Loading load(
            NearstreamClient client,
            CollectionSettings collection,
            VectorFile base,
            BenchProgress progress)
            throws IOException {
        return load(client, collection, base, true, progress);
    }

    /**
     * Loads every row of the file; its number becomes its id.
     *
     * @param moves whether what serves the collection trains a codebook and moves records to it
     */
    static Loading load(
            NearstreamClient client,
            CollectionSettings collection,
            VectorFile base,
            boolean moves,
            BenchProgress progress)
            throws IOException {
        VectorWriter writer = client.writer();
        WriteTally tally = new WriteTally();
        client.prober();
        try (VectorRows rows = base.read();
                BenchProgress.Stage stage = progress.begin("load", base.rows())) {
            Deque<byte[]> ahead = readAhead(rows);
            byte[] first = ahead.element();
            long cpuMicros = ProcessFigures.cpuMicros();
            long start = System.nanoTime();
            long row = 0;
            for (byte[] vector = ahead.poll(); vector != null; vector = next(ahead, rows)) {
                tally.track(writer.upsert(VectorUpsert.of(collection, Long.toString(row), vector)));
                stage.to(tally.acknowledged());
                row++;
            }
            writer.flush();
            long appendTime = tally.await(ACKNOWLEDGED_WITHIN);
            final double acknowledged = since(start);
            stage.to(tally.acknowledged());
            client.prober().awaitVisible(collection.name(), first, appendTime, SEARCHABLE_WITHIN);
            final double visible = since(start);
            int generation = moves && row >= collection.trainAfter() ? 1 : 0;
            if (moves) {
                generation = settle(client, collection, generation, progress).newest().number();
            }
            return new Loading(
                    row,
                    acknowledged,
                    visible,
                    since(start),
                    generation,
                    ProcessFigures.cpuMicros() - cpuMicros);
        }
    }

    /** The collection trains by itself once it has seen enough; nothing is asked of it. */
    private static CollectionInfo settle(
            NearstreamClient client,
            CollectionSettings collection,
            int generation,
            BenchProgress progress) {
        try (BenchProgress.Stage stage = progress.begin("settle", OptionalLong.of(1))) {
            CollectionInfo settled =
                    client.collections()
                            .awaitSettled(collection.name(), generation, SEARCHABLE_WITHIN);
            stage.to(1);
            return settled;
        }
    }

    private static Deque<byte[]> readAhead(VectorRows rows) throws IOException {
        Deque<byte[]> ahead = new ArrayDeque<>();
        long bytes = 0;
        while (bytes < READ_AHEAD_BYTES && rows.advance()) {
            ahead.add(rows.vector());
            bytes += rows.vector().length;
        }
        return ahead;
    }

    @Nullable
    private static byte[] next(Deque<byte[]> ahead, VectorRows rows) throws IOException {
        byte[] vector = ahead.poll();
        return vector != null || !rows.advance() ? vector : rows.vector();
    }

    private static double since(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }
}
