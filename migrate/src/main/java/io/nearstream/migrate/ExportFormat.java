package io.nearstream.migrate;

import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.ExportedKey;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;

/**
 * Format 1 of exported files: an Avro container of {@link ExportedRecord} or {@link ExportedKey},
 * whose metadata says the rest; docs/formats.md describes it. Golden files pin it.
 */
final class ExportFormat {
    static final String FORMAT = "1";

    /** Metadata: format, "collection" or "key-values", time, number of records, descriptor. */
    static final String FORMAT_KEY = "nearstream.format";

    static final String KIND_KEY = "nearstream.kind";
    static final String AS_OF_KEY = "nearstream.as-of";
    static final String RECORDS_KEY = "nearstream.records";
    static final String COLLECTION_KEY = "nearstream.collection";

    /** Of the vectors, for readers of vector files, which know no descriptors. */
    static final String ENCODING_KEY = "nearstream.encoding";

    static final String COLLECTION_KIND = "collection";
    static final String KEYS_KIND = "key-values";

    /** Decimal digits of the number of records: its place in the header has a fixed width. */
    static final int COUNT_DIGITS = 19;

    /** In the place of the number until it is known; no reader takes it for one. */
    static final byte[] UNKNOWN = "?".repeat(COUNT_DIGITS).getBytes(StandardCharsets.US_ASCII);

    /** Blocks of this many bytes before compression: what is read at once, and lost at once. */
    static final int BLOCK_BYTES = 256 << 10;

    private static final int ZSTD_LEVEL = 1;

    private ExportFormat() {}

    /** With its checksum, since Avro has none. */
    static CodecFactory codec() {
        return CodecFactory.zstandardCodec(ZSTD_LEVEL, true);
    }

    static Schema schema(ExportHeader header) {
        return header.collection().isPresent()
                ? ExportedRecord.getClassSchema()
                : ExportedKey.getClassSchema();
    }

    /** Reads the descriptor in a header, of any released version. */
    static AvroWire descriptors() {
        return AvroWire.of(CollectionDescriptor.getClassSchema());
    }

    static byte[] digits(long count) {
        return ("%0" + COUNT_DIGITS + "d").formatted(count).getBytes(StandardCharsets.US_ASCII);
    }
}
