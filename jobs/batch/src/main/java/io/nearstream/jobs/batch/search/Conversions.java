package io.nearstream.jobs.batch.search;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.formats.VectorFile;
import java.io.IOException;

/** Between the encodings of two files of one run. */
public final class Conversions {
    private Conversions() {}

    /** Fails unless the vectors of one file can be compared with those of the other. */
    public static void requireComparable(VectorFile base, VectorFile other) throws IOException {
        if (base.dimensions() != other.dimensions()) {
            throw new IOException(
                    "%s has %d dimensions, but %s has %d."
                            .formatted(
                                    other.path(),
                                    other.dimensions(),
                                    base.path(),
                                    base.dimensions()));
        }
        if (!fits(other.encoding(), base.encoding())) {
            throw new IOException(
                    "%s holds %s, which cannot be compared with the %s of %s."
                            .formatted(
                                    other.path(), other.encoding(), base.encoding(), base.path()));
        }
    }

    /** Whether the vectors of one encoding are vectors of the other without loss. */
    public static boolean fits(Encoding from, Encoding to) {
        boolean numbers =
                from == Encoding.UINT8 || from == Encoding.INT8 || from == Encoding.FLOAT16;
        return from == to || (numbers && to == Encoding.FLOAT32);
    }

    /** A vector in an encoding that it {@link #fits}. */
    public static byte[] convert(byte[] vector, Encoding from, Encoding to) {
        return from == to
                ? vector
                : Vectors.toFloat32(from, vector, 0, from.dimensions(vector.length));
    }
}
