package io.nearstream.migrate;

import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.schemas.wire.AvroWire;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;

/**
 * Writes an exported file: beside its place under another name, and moved there when it is whole
 * and on the disk. Closed before {@link #publish} it leaves nothing. Not thread-safe.
 */
final class ExportWriter implements AutoCloseable {
    private static final String SUFFIX = ".part";

    /**
     * The header lies in the first bytes of the file, with a schema and a descriptor of a few KB.
     */
    private static final int HEADER_BYTES_MAX = 64 << 10;

    private final Path target;
    private final Path part;
    private final DataFileWriter<Object> writer;
    private long written;
    private boolean published;

    private ExportWriter(Path target, Path part, DataFileWriter<Object> writer) {
        this.target = target;
        this.part = part;
        this.writer = writer;
    }

    /**
     * Begins a file.
     *
     * @param header whose number of records does not matter yet
     */
    static ExportWriter create(Path target, ExportHeader header) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + SUFFIX);
        DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>());
        writer.setCodec(ExportFormat.codec());
        writer.setSyncInterval(ExportFormat.BLOCK_BYTES);
        writer.setMeta(ExportFormat.FORMAT_KEY, ExportFormat.FORMAT);
        writer.setMeta(ExportFormat.AS_OF_KEY, header.asOf());
        writer.setMeta(ExportFormat.RECORDS_KEY, ExportFormat.UNKNOWN);
        writer.setMeta(
                ExportFormat.KIND_KEY,
                header.collection().isPresent()
                        ? ExportFormat.COLLECTION_KIND
                        : ExportFormat.KEYS_KIND);
        header.collection()
                .ifPresent(
                        settings -> {
                            writer.setMeta(ExportFormat.ENCODING_KEY, settings.encoding().name());
                            writer.setMeta(
                                    ExportFormat.COLLECTION_KEY,
                                    AvroWire.encode(ControlRecords.descriptor(settings, false)));
                        });
        OutputStream file = Files.newOutputStream(part);
        try {
            writer.create(ExportFormat.schema(header), new BufferedOutputStream(file));
            writer.flush();
        } catch (IOException | RuntimeException failure) {
            discard(part, file, failure);
            throw failure;
        }
        return new ExportWriter(target, part, writer);
    }

    private static void discard(Path part, OutputStream file, Exception failure) {
        try (file) {
            Files.deleteIfExists(part);
        } catch (IOException also) {
            failure.addSuppressed(also);
        }
    }

    /** Appends a record, as {@link Datums} made its bytes. */
    void append(byte[] datum) throws IOException {
        writer.appendEncoded(ByteBuffer.wrap(datum));
        written++;
    }

    long written() {
        return written;
    }

    /** Ends the file, says in its header how many records it has, and brings it to the disk. */
    Path finish() throws IOException {
        writer.close();
        try (FileChannel file =
                FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer start = ByteBuffer.allocate((int) Math.min(HEADER_BYTES_MAX, file.size()));
            int bytes = 0;
            while (start.hasRemaining() && bytes >= 0) {
                bytes = file.read(start, start.position());
            }
            file.write(ByteBuffer.wrap(ExportFormat.digits(written)), countAt(start.array()));
            file.force(true);
        }
        return part;
    }

    /** Where the number of records is to be written: what stands for it is nowhere else before. */
    private static int countAt(byte[] start) {
        byte[] key = ExportFormat.RECORDS_KEY.getBytes(StandardCharsets.UTF_8);
        int width = ExportFormat.UNKNOWN.length;
        for (int at = key.length; at + width <= start.length; at++) {
            boolean here =
                    Arrays.equals(start, at, at + width, ExportFormat.UNKNOWN, 0, width)
                            && endsWith(start, at - 1, key);
            if (here) {
                return at;
            }
        }
        throw new IllegalStateException("The file has no place for the number of its records.");
    }

    /** Avro writes the key, one byte for the length of so short a value, and the value. */
    private static boolean endsWith(byte[] start, int end, byte[] key) {
        return end >= key.length && Arrays.equals(start, end - key.length, end, key, 0, key.length);
    }

    /**
     * Gives the file its name.
     *
     * @param overwrite whether it takes the place of one that has it
     * @throws java.nio.file.FileAlreadyExistsException if one has it, and is not to be replaced
     */
    void publish(boolean overwrite) throws IOException {
        if (overwrite) {
            // On Linux an atomic move replaces whatever is there.
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.move(part, target);
        }
        published = true;
    }

    @Override
    public void close() throws IOException {
        if (!published) {
            try {
                writer.close();
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }
}
