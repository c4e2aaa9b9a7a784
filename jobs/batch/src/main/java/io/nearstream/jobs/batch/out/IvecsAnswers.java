package io.nearstream.jobs.batch.out;

import io.nearstream.jobs.batch.message.Hits;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Row numbers as ivecs and distances as fvecs: k of each query, -1 and infinity where fewer were
 * found.
 */
final class IvecsAnswers implements AnswerWriter {
    static final String IDS = ".ivecs";
    static final String DISTANCES = ".fvecs";

    private final OutputStream ids;
    private final OutputStream distances;

    IvecsAnswers(Path ids, Path distances) throws IOException {
        this.ids = new BufferedOutputStream(Files.newOutputStream(ids));
        try {
            this.distances = new BufferedOutputStream(Files.newOutputStream(distances));
        } catch (IOException failure) {
            this.ids.close();
            throw failure;
        }
    }

    @Override
    public void write(Hits hits) throws IOException {
        int k = hits.k();
        ByteBuffer row =
                ByteBuffer.allocate(Integer.BYTES * (1 + k)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < hits.rows().length; at += k) {
            row.clear().putInt(k);
            for (int i = at; i < at + k; i++) {
                row.putInt(hits.rows()[i]);
            }
            ids.write(row.array());
            row.clear().putInt(k);
            for (int i = at; i < at + k; i++) {
                row.putFloat((float) hits.scores()[i]);
            }
            distances.write(row.array());
        }
    }

    @Override
    public void close() throws IOException {
        try (OutputStream first = ids;
                OutputStream second = distances) {
            first.flush();
            second.flush();
        }
    }
}
