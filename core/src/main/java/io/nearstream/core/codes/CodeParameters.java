package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the code of a collection is made by, found once from a sample and never changed, since codes
 * in state depend on it: the origin, amid the vectors, and the codewords of product quantisation.
 * It travels in the bytes of every generation.
 *
 * <p>Format 1, big endian: magic (int32), format (int8), dimensions (int32), origin (float32 each),
 * bytes of the book (int32, 0 for none), the book as {@link ProductBook#toBytes} gives it. The
 * generation's checksum covers it.
 *
 * @param origin one value per dimension; under cosine of vectors of length 1
 * @param book for product quantisation only
 */
record CodeParameters(float[] origin, Optional<ProductBook> book) {
    private static final int MAGIC = 0x4e534350; // NSCP
    private static final byte FORMAT_1 = 1;
    private static final int FIXED_BYTES = 4 + 1 + 4 + 4;

    /** Product quantisation makes codes so many times smaller than float32 vectors. */
    private static final int PRODUCT_FOLD = 64;

    /** Fewer codewords than these say too little of a vector, however short it is. */
    private static final int SUBSPACES_MIN = 8;

    /** Vectors of the sample that a book is trained on. */
    private static final int BOOK_SAMPLE_MAX = 40 * ProductBook.WORDS;

    /** Finds the parameters for a generation that was trained on the sample. */
    static CodeParameters train(
            CollectionSettings settings, Generation generation, List<byte[]> sample) {
        float[] origin = mean(settings, sample);
        if (settings.code() != CodeKind.PRODUCT) {
            return new CodeParameters(origin, Optional.empty());
        }
        int dimensions = settings.dimensions();
        int subspaces =
                Math.max(
                        Math.min(SUBSPACES_MIN, dimensions),
                        ProductBook.subspacesFor(dimensions, PRODUCT_FOLD));
        float[] none = new float[dimensions];
        Function<byte[], float[]> centroid =
                vector -> generation.centroid(generation.place("", vector)[0]).orElse(none);
        List<byte[]> part = sample.subList(0, Math.min(sample.size(), BOOK_SAMPLE_MAX));
        return new CodeParameters(
                origin, Optional.of(ProductTrainer.train(settings, part, centroid, subspaces)));
    }

    private static float[] mean(CollectionSettings settings, List<byte[]> sample) {
        Points points = new Points(VectorSpace.of(settings), new float[settings.dimensions()]);
        double[] sums = new double[settings.dimensions()];
        for (byte[] vector : sample) {
            float[] point = points.point(vector, 0);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += point[i];
            }
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = Points.inRange(sums[i] / sample.size());
        }
        return mean;
    }

    /** The code of a collection by these parameters. */
    VectorCode code(CollectionSettings settings) {
        return settings.code() == CodeKind.PRODUCT
                ? VectorCodes.product(settings, book.orElseThrow(), origin)
                : VectorCodes.of(settings, settings.code(), origin);
    }

    byte[] toBytes() {
        byte[] words = book.map(ProductBook::toBytes).orElse(new byte[0]);
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + origin.length * Float.BYTES + words.length);
        out.putInt(MAGIC).put(FORMAT_1).putInt(origin.length);
        for (float value : origin) {
            out.putFloat(value);
        }
        return out.putInt(words.length).put(words).array();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static CodeParameters fromBytes(CollectionSettings settings, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            int magic = in.getInt();
            int format = in.get();
            int dimensions = in.getInt();
            if (magic != MAGIC || format != FORMAT_1 || dimensions != settings.dimensions()) {
                throw new IllegalArgumentException(
                        "The code's parameters must begin with %08x, format 1 and %d dimensions, but begin with %08x, %d and %d."
                                .formatted(
                                        MAGIC, settings.dimensions(), magic, format, dimensions));
            }
            float[] origin = new float[dimensions];
            for (int i = 0; i < dimensions; i++) {
                origin[i] = in.getFloat();
                if (!Float.isFinite(origin[i])) {
                    throw new IllegalArgumentException(
                            "The code's origin must be finite, but value %d is %s."
                                    .formatted(i, origin[i]));
                }
            }
            int bookBytes = in.getInt();
            boolean wanted = settings.code() == CodeKind.PRODUCT;
            if (bookBytes != in.remaining() || bookBytes > 0 != wanted) {
                throw new IllegalArgumentException(
                        "The codebook of code %s is said to have %d bytes, but %d are there."
                                .formatted(settings.code(), bookBytes, in.remaining()));
            }
            byte[] book = new byte[bookBytes];
            in.get(book);
            return new CodeParameters(
                    origin, wanted ? Optional.of(ProductBook.fromBytes(book)) : Optional.empty());
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "The code's parameters end early, after %d bytes.".formatted(bytes.length), e);
        }
    }
}
