package io.nearstream.formats;

import io.nearstream.core.model.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** The formats that a file's name can stand for, and how large one value of each is. */
enum FileFormat {
    /** Per row: int32 dimensions, then float32 values. */
    FVECS(4),
    /** Per row: int32 dimensions, then uint8 values. */
    BVECS(1),
    /** Per row: int32 length, then int32 values. */
    IVECS(4),
    /** One big-endian header, then uint8 values. */
    IDX(1),
    /** A container of records, read by {@link AvroRows}; a value has no fixed size. */
    AVRO(0);

    private static final Pattern IDX_NAME = Pattern.compile(".*idx[1-9]-ubyte");
    private static final String GZIP_SUFFIX = ".gz";
    private static final String AVRO_SUFFIX = ".avro";

    private final int bytesPerValue;

    FileFormat(int bytesPerValue) {
        this.bytesPerValue = bytesPerValue;
    }

    int bytesPerValue() {
        return bytesPerValue;
    }

    static boolean isGzip(Path file) {
        return lowerCaseName(file).endsWith(GZIP_SUFFIX);
    }

    static FileFormat of(Path file) throws IOException {
        String name = lowerCaseName(file);
        if (name.endsWith(GZIP_SUFFIX)) {
            name = name.substring(0, name.length() - GZIP_SUFFIX.length());
        }
        if (name.endsWith(".fvecs")) {
            return FVECS;
        }
        if (name.endsWith(".bvecs")) {
            return BVECS;
        }
        if (name.endsWith(".ivecs")) {
            return IVECS;
        }
        if (name.endsWith(AVRO_SUFFIX)) {
            if (isGzip(file)) {
                throw new IOException(
                        file + ": Avro files compress their blocks themselves; unpack it first.");
            }
            return AVRO;
        }
        if (IDX_NAME.matcher(name).matches()) {
            return IDX;
        }
        throw new IOException(
                "%s: the name must end in .fvecs, .bvecs, .ivecs, idx3-ubyte or idx1-ubyte, each with or without .gz, or in .avro, but is %s."
                        .formatted(file, Limits.quote(name)));
    }

    private static String lowerCaseName(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }
}
