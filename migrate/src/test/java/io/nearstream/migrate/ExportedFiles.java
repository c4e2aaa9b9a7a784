package io.nearstream.migrate;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.ExportedKey;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.VersionStamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** Exported files with telling content, the same for ever: golden files hold it. */
final class ExportedFiles {
    static final CollectionSettings SETTINGS =
            CollectionSettings.learned("words", 0x1234, 3, Metric.COSINE, Encoding.FLOAT16);

    static final long AS_OF = 1_795_000_000_000L;

    private ExportedFiles() {}

    static List<ExportedRecord> records(int count) {
        List<ExportedRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] vector = {(byte) i, 0x3c, (byte) 0xff, 0x7b, 0, (byte) 0x80};
            records.add(
                    new ExportedRecord(
                            "id \u00e4 " + i,
                            new VersionStamp(1_000L + i, i % 3, 7L * i),
                            ByteBuffer.wrap(vector),
                            i % 2 == 0 ? List.of() : List.of("odd", "n-" + i),
                            i % 3 == 0 ? ByteBuffer.wrap(new byte[] {1, 2, (byte) i}) : null,
                            i % 5 == 0 ? AS_OF + 1 + i : null));
        }
        return records;
    }

    static List<ExportedKey> keys(int count) {
        List<ExportedKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(
                    new ExportedKey(
                            "key \u00e4 " + i,
                            new VersionStamp(2_000L + i, i % 3, 9L * i),
                            ByteBuffer.wrap(new byte[i]),
                            5_000L + i,
                            i % 5 == 0 ? AS_OF + 1 + i : null));
        }
        return keys;
    }

    static ExportHeader collectionHeader() {
        return new ExportHeader(Optional.of(SETTINGS), AS_OF, 0);
    }

    static ExportHeader keysHeader() {
        return new ExportHeader(Optional.empty(), AS_OF, 0);
    }

    static Path write(Path file, ExportHeader header, List<? extends SpecificRecordBase> records)
            throws IOException {
        Datums datums = new Datums(ExportFormat.schema(header));
        try (ExportWriter writer = ExportWriter.create(file, header)) {
            for (SpecificRecordBase record : records) {
                writer.append(datums.bytes(record));
            }
            writer.finish();
            writer.publish(true);
        }
        return file;
    }

    static <T extends SpecificRecordBase> List<T> read(Path file, Schema schema)
            throws IOException {
        try (ExportReader<T> reader = ExportReader.open(file, schema)) {
            List<T> records = new ArrayList<>();
            reader.forEachRemaining(records::add);
            return records;
        }
    }
}
