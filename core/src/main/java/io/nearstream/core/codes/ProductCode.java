package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Vectors;

/**
 * Product quantisation of the way r = x - c from the reference: codewords y, one byte each. The
 * inner products of a query with all codewords are one table, for all buckets, since
 *
 * <p>|q - x|^2 is about |q - c|^2 + A - 2 (y, q) with A = |r|^2 + 2 (y, c)
 *
 * <p>and A is kept with the code, as its root with its sign. |r| is the vector's, not the
 * codewords': what they leave out is nearly at right angles to q - c.
 */
final class ProductCode implements VectorCode {
    /** A's root, behind the codewords. */
    static final int FLOAT_BYTES = Float.BYTES;

    private final Points points;
    private final ProductBook book;
    private final CodeReference origin;

    ProductCode(Points points, ProductBook book) {
        if (book.dimensions() != points.dimensions()) {
            throw new IllegalArgumentException(
                    "The product codebook must have %d dimensions, but has %d."
                            .formatted(points.dimensions(), book.dimensions()));
        }
        this.points = points;
        this.book = book;
        this.origin = about(new float[points.dimensions()]);
    }

    @Override
    public CodeKind kind() {
        return CodeKind.PRODUCT;
    }

    @Override
    public int bytes() {
        return book.subspaces() + FLOAT_BYTES;
    }

    @Override
    public int rerank(int k) {
        return Rerank.of(kind(), k, points.dimensions());
    }

    @Override
    public CodeReference origin() {
        return origin;
    }

    @Override
    public CodeReference reference(float[] centroid) {
        return about(points.centroid(centroid));
    }

    private static CodeReference about(float[] values) {
        return new CodeReference(values, values, 0);
    }

    @Override
    public void encode(byte[] vector, int offset, CodeReference about, byte[] out, int at) {
        float[] way = points.point(vector, offset);
        float[] from = about.values();
        for (int i = 0; i < way.length; i++) {
            way[i] = Points.inRange((double) way[i] - from[i]);
        }
        float[] levels = new float[way.length];
        book.put(book.scaled(way), levels, out, at);
        double products = Points.dot(levels, from) * Math.scalb(1.0, book.exponent());
        double rest = points.rest(Points.squaredLength(way), 2 * products);
        Vectors.putFloat(out, at + book.subspaces(), 0, LinearCode.signedRoot(rest));
    }

    @Override
    public Query query(byte[] vector) {
        float[] values = points.point(vector, 0);
        byte[] point = Vectors.fromFloats(values);
        float[] table = book.products(book.scaled(values));
        double twice = 2 * Math.scalb(1.0, 2 * book.exponent());
        int subspaces = book.subspaces();
        double scorePerSquare = points.scorePerSquare();
        return about -> {
            double toReference = points.toReference(point, about);
            return (codes, at) -> {
                double root = Vectors.value(Encoding.FLOAT32, codes, at + subspaces, 0);
                double squared =
                        toReference
                                + root * Math.abs(root)
                                - twice * sum(table, codes, at, subspaces);
                return scorePerSquare * squared;
            };
        };
    }

    @Override
    public double slack(byte[] query, CodeReference about, double score) {
        return points.slack(kind(), query, about, score);
    }

    private static float sum(float[] table, byte[] codes, int code, int subspaces) {
        float s0 = 0;
        float s1 = 0;
        int i = 0;
        for (; i + 1 < subspaces; i += 2) {
            s0 += table[i * ProductBook.WORDS + (codes[code + i] & 0xff)];
            s1 += table[(i + 1) * ProductBook.WORDS + (codes[code + i + 1] & 0xff)];
        }
        if (i < subspaces) {
            s0 += table[i * ProductBook.WORDS + (codes[code + i] & 0xff)];
        }
        return s0 + s1;
    }
}
