package io.nearstream.migrate;

import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.wire.UndecodableException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Reads an exported file, of this or an earlier version of its schema. A file that is damaged, cut
 * or none of ours is refused with a {@link NearstreamException} that names the file and the place.
 * Not thread-safe.
 *
 * @param <T> the class of its records
 */
final class ExportReader<T extends SpecificRecordBase> implements Iterator<T>, AutoCloseable {
    private final Path file;
    private final DataFileReader<T> reader;
    private final ExportHeader header;
    private long read;

    private ExportReader(Path file, DataFileReader<T> reader, ExportHeader header) {
        this.file = file;
        this.reader = reader;
        this.header = header;
    }

    /**
     * Opens a file.
     *
     * @param schema of the records that it must have
     */
    static <T extends SpecificRecordBase> ExportReader<T> open(Path file, Schema schema)
            throws IOException {
        DataFileReader<T> reader = container(file, schema);
        try {
            ExportHeader header = header(file, reader);
            Schema has = ExportFormat.schema(header);
            if (!has.getFullName().equals(schema.getFullName())) {
                throw new NearstreamException(
                        "%s has %s: import it with %s."
                                .formatted(
                                        file,
                                        header.collection().isPresent() ? "a collection" : "keys",
                                        header.collection().isPresent()
                                                ? "--collection NAME"
                                                : "--key-values"));
            }
            return new ExportReader<>(file, reader, header);
        } catch (NearstreamException refused) {
            reader.close();
            throw refused;
        }
    }

    /** Only the header. */
    static ExportHeader header(Path file) throws IOException {
        try (DataFileReader<Object> reader =
                new DataFileReader<>(
                        new File(file.toString()),
                        new org.apache.avro.generic.GenericDatumReader<>())) {
            return header(file, reader);
        } catch (AvroRuntimeException | IOException broken) {
            throw noContainer(file, broken);
        }
    }

    private static <T extends SpecificRecordBase> DataFileReader<T> container(
            Path file, Schema schema) throws IOException {
        SpecificDatumReader<T> datums =
                new SpecificDatumReader<>(null, schema, SpecificData.getForSchema(schema));
        try {
            return new DataFileReader<>(new File(file.toString()), datums);
        } catch (AvroRuntimeException | IOException broken) {
            throw noContainer(file, broken);
        }
    }

    private static NearstreamException noContainer(Path file, Exception broken) {
        return new NearstreamException(
                "%s is no file that 'export' wrote: %s".formatted(file, broken.getMessage()),
                broken);
    }

    private static ExportHeader header(Path file, DataFileReader<?> reader) {
        String format = reader.getMetaString(ExportFormat.FORMAT_KEY);
        if (format == null) {
            throw new NearstreamException(
                    "%s is an Avro file, but none that 'export' wrote: its header has no %s."
                            .formatted(file, ExportFormat.FORMAT_KEY));
        }
        if (!format.equals(ExportFormat.FORMAT)) {
            throw new NearstreamException(
                    "%s has format %s, but this build reads %s: use a newer one."
                            .formatted(file, format, ExportFormat.FORMAT));
        }
        try {
            return new ExportHeader(
                    collection(reader),
                    reader.getMetaLong(ExportFormat.AS_OF_KEY),
                    Long.parseLong(reader.getMetaString(ExportFormat.RECORDS_KEY)));
        } catch (RuntimeException | UndecodableException broken) {
            throw new NearstreamException(
                    "The header of %s is damaged, or the file was never finished: %s"
                            .formatted(file, broken.getMessage()),
                    broken);
        }
    }

    private static Optional<CollectionSettings> collection(DataFileReader<?> reader)
            throws UndecodableException {
        if (reader.getMetaString(ExportFormat.KIND_KEY).equals(ExportFormat.KEYS_KIND)) {
            return Optional.empty();
        }
        byte[] descriptor = reader.getMeta(ExportFormat.COLLECTION_KEY);
        return Optional.of(
                ControlRecords.settings(
                        (CollectionDescriptor) ExportFormat.descriptors().decode(descriptor)));
    }

    ExportHeader header() {
        return header;
    }

    /** Records that were handed over so far. */
    long read() {
        return read;
    }

    @Override
    public boolean hasNext() {
        boolean more;
        try {
            more = reader.hasNext();
        } catch (RuntimeException broken) {
            throw damaged(broken);
        }
        if (!more && read != header.records()) {
            throw new NearstreamException(
                    "%s ends after %,d records, but must have %,d: it was cut, export or copy it again."
                            .formatted(file, read, header.records()));
        }
        return more;
    }

    @Override
    public T next() {
        try {
            T next = reader.next();
            read++;
            return next;
        } catch (RuntimeException broken) {
            throw damaged(broken);
        }
    }

    /** Hostile bytes make Avro throw what comes to its mind. */
    private NearstreamException damaged(RuntimeException broken) {
        return new NearstreamException(
                "%s is damaged in the block at byte %,d, behind record %,d of %,d: %s"
                        .formatted(
                                file,
                                reader.previousSync(),
                                read,
                                header.records(),
                                broken.getMessage()),
                broken);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
