package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Vectors;
import java.util.Arrays;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * Codes whose estimate is linear in the query, so that one prepared query serves every bucket. A
 * vector x is coded by its way r = x - c from the reference, rotated: a point y of a {@link Grid}
 * that goes about the same way as Pr. By Gao and Long (RaBitQ, 2024; of more bits: Gao, Gou, Xu,
 * Yang, Long, Wong 2025) the inner product of r with any z is about |r|^2 / (y, Pr) * (y, Pz),
 * without bias over the rotations P. With F = 2 |r|^2 / (y, Pr) and A = |r|^2 + F (y, Pc),
 *
 * <p>|q - x|^2 is about |q - c|^2 + A - F (y, Pq)
 *
 * <p>and F and A are kept with the code. Under inner product A is 0. Where x = c both are 0. A is
 * kept as its root, with its sign, so that squares of all that a float32 holds have room. Symbols
 * of the paper: the query's bits B_q are {@link io.nearstream.kernels.Kernels#PLANES} here, and
 * rounded, not at random.
 */
final class LinearCode implements VectorCode {
    /** A's root and F, behind the grid's bytes. */
    static final int FLOATS_BYTES = 2 * Float.BYTES;

    private final CodeKind kind;
    private final Points points;
    private final Grid grid;
    @Nullable private final Rotation rotation;
    private final CodeReference origin;

    LinearCode(CodeKind kind, Points points, Grid grid, Optional<Rotation> rotation) {
        this.kind = kind;
        this.points = points;
        this.grid = grid;
        this.rotation = rotation.orElse(null);
        this.origin = about(new float[points.dimensions()]);
    }

    @Override
    public CodeKind kind() {
        return kind;
    }

    @Override
    public int bytes() {
        return grid.bytes() + FLOATS_BYTES;
    }

    @Override
    public int rerank(int k) {
        return Rerank.of(kind, k, points.dimensions());
    }

    @Override
    public CodeReference origin() {
        return origin;
    }

    @Override
    public CodeReference reference(float[] centroid) {
        return about(points.centroid(centroid));
    }

    private CodeReference about(float[] values) {
        int exponent = Points.exponent(values);
        return new CodeReference(values, turned(values, exponent), exponent);
    }

    private float[] turned(float[] values, int exponent) {
        float[] turned = Points.scaled(values, exponent);
        if (rotation != null) {
            rotation.apply(turned);
        }
        return turned;
    }

    @Override
    public void encode(byte[] vector, int offset, CodeReference about, byte[] out, int at) {
        float[] way = points.point(vector, offset);
        float[] from = about.values();
        for (int i = 0; i < way.length; i++) {
            way[i] = Points.inRange((double) way[i] - from[i]);
        }
        int exponent = Points.exponent(way);
        float[] turned = turned(way, exponent);
        double squaredLength = Points.squaredLength(turned);
        float[] levels = new float[way.length];
        float factor = 0;
        double rest = 0;
        if (squaredLength > 0) {
            grid.put(turned, squaredLength, levels, out, at);
            double scale = Math.scalb(1.0, exponent);
            double along = 2 * squaredLength / Points.dot(levels, turned);
            factor = Points.inRange(along * scale);
            double reference =
                    Points.dot(levels, about.turned()) * Math.scalb(1.0, about.exponent());
            rest = points.rest(squaredLength * scale * scale, factor * reference);
        } else {
            Arrays.fill(out, at, at + grid.bytes(), (byte) 0);
        }
        int floats = at + grid.bytes();
        Vectors.putFloat(out, floats, 0, signedRoot(rest));
        Vectors.putFloat(out, floats, 1, factor);
    }

    /** The root of a number's size, with its sign: an inverse of x |x|. */
    static float signedRoot(double value) {
        return Points.inRange(Math.copySign(Math.sqrt(Math.abs(value)), value));
    }

    @Override
    public Query query(byte[] vector) {
        float[] values = points.point(vector, 0);
        int exponent = Points.exponent(values);
        Grid.Side side = grid.side(turned(values, exponent));
        return new Prepared(Vectors.fromFloats(values), side, Math.scalb(1.0, exponent));
    }

    @Override
    public double slack(byte[] query, CodeReference about, double score) {
        return points.slack(kind, query, about, score);
    }

    private final class Prepared implements Query {
        private final byte[] point;
        private final Grid.Side side;
        private final double scale;

        private Prepared(byte[] point, Grid.Side side, double scale) {
            this.point = point;
            this.side = side;
            this.scale = scale;
        }

        @Override
        public Estimates about(CodeReference about) {
            double toReference = points.toReference(point, about);
            double scorePerSquare = points.scorePerSquare();
            int floats = grid.bytes();
            return (codes, at) -> {
                double root = Vectors.value(Encoding.FLOAT32, codes, at + floats, 0);
                double factor = Vectors.value(Encoding.FLOAT32, codes, at + floats, 1) * scale;
                double squared = toReference + root * Math.abs(root) - factor * side.dot(codes, at);
                return scorePerSquare * squared;
            };
        }
    }
}
