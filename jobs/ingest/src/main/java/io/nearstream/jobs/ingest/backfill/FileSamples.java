package io.nearstream.jobs.ingest.backfill;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Tells files from others of the same names, without reading them whole: by their lengths, and by
 * {@link #BLOCKS} blocks of each, of which one is its beginning and one its end. The time of the
 * last change is left out: a copy has another. Stateless.
 */
final class FileSamples {
    private static final int BLOCKS = 64;
    private static final int BLOCK_BYTES = 4 << 10;

    private FileSamples() {}

    /** The same for the same files in the same order, wherever they lie. */
    static UUID digest(List<Path> files) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : files) {
            all.append(sample(file)).append(';');
        }
        return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String sample(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long bytes = channel.size();
            if (bytes <= (long) BLOCKS * BLOCK_BYTES) {
                return bytes + ":" + read(file, channel, ByteBuffer.allocate((int) bytes), 0);
            }
            StringBuilder blocks = new StringBuilder().append(bytes);
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            for (int i = 0; i < BLOCKS; i++) {
                long at = (bytes - BLOCK_BYTES) / (BLOCKS - 1) * i;
                blocks.append(':')
                        .append(
                                read(
                                        file,
                                        channel,
                                        block.clear(),
                                        i == BLOCKS - 1 ? bytes - BLOCK_BYTES : at));
            }
            return blocks.toString();
        }
    }

    private static UUID read(Path file, FileChannel channel, ByteBuffer into, long from)
            throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, from + into.position()) < 0) {
                throw new EOFException(file + ": the file became shorter while it was looked at.");
            }
        }
        return UUID.nameUUIDFromBytes(into.array());
    }
}
