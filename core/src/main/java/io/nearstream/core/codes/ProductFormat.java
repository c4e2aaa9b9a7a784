package io.nearstream.core.codes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Format 1 of a {@link ProductBook}; docs/formats.md describes it. Big endian. */
final class ProductFormat {
    private static final int MAGIC = 0x4e535051; // NSPQ
    private static final byte FORMAT_1 = 1;
    private static final int HEADER_BYTES = 4 + 1 + 3 * Integer.BYTES;
    private static final float VALUE_MAX = 2;
    private static final int EXPONENT_MAX = 149;
    private static final int DIMENSIONS_MAX = 65_536;

    private ProductFormat() {}

    static byte[] write(ProductBook book) {
        int values = book.dimensions() * ProductBook.WORDS;
        int bytes = HEADER_BYTES + values * Float.BYTES + Integer.BYTES;
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.putInt(MAGIC).put(FORMAT_1);
        out.putInt(book.dimensions()).putInt(book.subspaces()).putInt(book.exponent());
        for (int i = 0; i < book.dimensions(); i++) {
            for (float value : book.words(i)) {
                out.putFloat(value);
            }
        }
        return out.putInt(checksum(out.array())).array();
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    static ProductBook read(byte[] bytes) {
        try {
            return read(ByteBuffer.wrap(bytes), bytes);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "A product codebook ends early, after %d bytes.".formatted(bytes.length), e);
        }
    }

    private static ProductBook read(ByteBuffer in, byte[] bytes) {
        int magic = in.getInt();
        int format = in.get();
        if (magic != MAGIC || format != FORMAT_1) {
            throw new IllegalArgumentException(
                    "A product codebook must begin with %08x and format 1, but begins with %08x and %d."
                            .formatted(MAGIC, magic, format));
        }
        int dimensions = in.getInt();
        int subspaces = in.getInt();
        int exponent = in.getInt();
        if (dimensions < 1 || dimensions > DIMENSIONS_MAX) {
            throw new IllegalArgumentException(
                    "dimensions of a product codebook must be between 1 and %d, but was %d."
                            .formatted(DIMENSIONS_MAX, dimensions));
        }
        long length =
                HEADER_BYTES + (long) dimensions * ProductBook.WORDS * Float.BYTES + Integer.BYTES;
        if (bytes.length != length) {
            throw new IllegalArgumentException(
                    "A product codebook of %d dimensions must have %d bytes, but has %d."
                            .formatted(dimensions, length, bytes.length));
        }
        if (in.getInt(bytes.length - Integer.BYTES) != checksum(bytes)) {
            throw new IllegalArgumentException(
                    "The checksum of a product codebook is wrong: its bytes were changed.");
        }
        float[][] words = new float[dimensions][ProductBook.WORDS];
        for (float[] values : words) {
            for (int word = 0; word < values.length; word++) {
                float value = in.getFloat();
                if (!(Math.abs(value) <= VALUE_MAX) || Math.abs(exponent) > EXPONENT_MAX) {
                    throw new IllegalArgumentException(
                            "Values of a product codebook must be between -%s and %s times a power of 2 of at most %d, but one is %s times 2^%d."
                                    .formatted(
                                            VALUE_MAX, VALUE_MAX, EXPONENT_MAX, value, exponent));
                }
                values[word] = value;
            }
        }
        return new ProductBook(subspaces, exponent, words);
    }
}
