package io.nearstream.core.similarity;

import io.nearstream.core.model.Encoding;
import io.nearstream.kernels.Kernels;
import java.util.Arrays;
import java.util.Random;

/**
 * The first principal axes of some points, found by subspace iteration (Halko, Martinsson, Tropp
 * 2011), as a map that brings no two vectors further apart: a vector v becomes A (v - mean) and one
 * more number, the rest: the length of what A leaves out. For any A of norm 1 or less |A d|^2 + |(1
 * - A'A)^.5 d|^2 = |d|^2, so the distance of two images, rests included, never exceeds that of the
 * vectors. Axes and mean are bytes times a scale: the image of a vector of bytes is made of
 * products of bytes, exactly. Immutable and thread-safe.
 */
public final class Projection {
    private static final Kernels KERNELS = Kernels.best();
    private static final int ROUNDS = 2;
    private static final int BYTE_MAX = 127;
    private static final int UNSIGNED_ZERO = 128;

    /**
     * What rounding adds at most to the place of an image, as a share of the vector's length and
     * the mean's: sums of some thousand floats.
     */
    private static final double ROUNDING = 2e-5;

    private final int dimensions;
    private final int rank;

    /** The rows of A, then the mean, as bytes; how much one step of each is; their sums. */
    private final byte[] rows;

    private final double[] steps;
    private final long[] sums;

    /** The same rows as floats, for vectors of floats. */
    private final byte[] floatRows;

    /** A times the mean. */
    private final double[] meanImage;

    private final double meanSquared;

    private Projection(double[][] axes, double[] mean) {
        this.dimensions = mean.length;
        this.rank = axes.length;
        this.rows = new byte[(rank + 1) * dimensions];
        this.steps = new double[rank + 1];
        for (int j = 0; j < rank; j++) {
            put(j, axes[j]);
        }
        put(rank, mean);
        shrink();
        this.floatRows = new byte[rows.length * Float.BYTES];
        for (int i = 0; i < rows.length; i++) {
            Vectors.putFloat(floatRows, 0, i, rows[i]);
        }
        this.sums = new long[rank + 1];
        this.meanImage = new double[rank];
        for (int j = 0; j <= rank; j++) {
            for (int d = 0; d < dimensions; d++) {
                sums[j] += rows[j * dimensions + d];
            }
        }
        for (int j = 0; j < rank; j++) {
            meanImage[j] = steps[j] * steps[rank] * dot(j, rank);
        }
        this.meanSquared = steps[rank] * steps[rank] * dot(rank, rank);
    }

    private void put(int row, double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        steps[row] = largest / BYTE_MAX;
        for (int d = 0; largest > 0 && d < dimensions; d++) {
            rows[row * dimensions + d] = (byte) Math.round(values[d] / steps[row]);
        }
    }

    private long dot(int row, int other) {
        return KERNELS.dotInt8(rows, row * dimensions, rows, other * dimensions, dimensions);
    }

    /** As bytes the axes are no longer quite orthonormal; |AA'| <= 1 + |AA' - 1| (Frobenius). */
    private void shrink() {
        double off = 0;
        for (int i = 0; i < rank; i++) {
            for (int j = 0; j < rank; j++) {
                double product = steps[i] * steps[j] * dot(i, j);
                double apart = i == j ? Math.max(0, product - 1) : product;
                off += apart * apart;
            }
        }
        double scale = 1 / Math.sqrt(1 + Math.sqrt(off));
        for (int j = 0; j < rank; j++) {
            steps[j] *= scale;
        }
    }

    /**
     * The axes along which points spread most.
     *
     * @param points of equal length, at least one, finite
     * @param rank how many axes, at most the points' length
     * @param seed of the first guess; the axes depend on it a little
     */
    public static Projection of(float[][] points, int rank, long seed) {
        int dimensions = points[0].length;
        if (rank < 1 || rank > dimensions) {
            throw new IllegalArgumentException(
                    "rank must be 1 to %d, but was %d.".formatted(dimensions, rank));
        }
        float[] mean = mean(points);
        float[][] centred = new float[points.length][dimensions];
        for (int i = 0; i < points.length; i++) {
            for (int d = 0; d < dimensions; d++) {
                centred[i][d] = points[i][d] - mean[d];
            }
        }
        Random random = new Random(seed);
        float[][] guess = new float[dimensions][rank];
        for (float[] row : guess) {
            for (int j = 0; j < rank; j++) {
                row[j] = (float) random.nextGaussian();
            }
        }
        double[][] basis = orthonormal(guess);
        for (int round = 0; round < ROUNDS; round++) {
            basis = orthonormal(timesTransposed(centred, times(centred, basis, rank), rank));
        }
        double[] centre = new double[dimensions];
        Arrays.setAll(centre, d -> mean[d]);
        return new Projection(basis, centre);
    }

    private static float[] mean(float[][] points) {
        double[] sums = new double[points[0].length];
        for (float[] point : points) {
            for (int d = 0; d < sums.length; d++) {
                sums[d] += point[d];
            }
        }
        float[] mean = new float[sums.length];
        for (int d = 0; d < sums.length; d++) {
            mean[d] = (float) (sums[d] / points.length);
        }
        return mean;
    }

    /** Points times axes, a row per point. */
    private static float[][] times(float[][] points, double[][] basis, int rank) {
        float[][] byDimension = new float[points[0].length][rank];
        for (int d = 0; d < byDimension.length; d++) {
            for (int j = 0; j < rank; j++) {
                byDimension[d][j] = (float) basis[j][d];
            }
        }
        float[][] product = new float[points.length][rank];
        for (int i = 0; i < points.length; i++) {
            for (int d = 0; d < byDimension.length; d++) {
                add(product[i], points[i][d], byDimension[d]);
            }
        }
        return product;
    }

    /** Transposed points times a row per point, a row per dimension. */
    private static float[][] timesTransposed(float[][] points, float[][] rows, int rank) {
        float[][] product = new float[points[0].length][rank];
        for (int i = 0; i < points.length; i++) {
            for (int d = 0; d < product.length; d++) {
                add(product[d], points[i][d], rows[i]);
            }
        }
        return product;
    }

    private static void add(float[] sums, float factor, float[] values) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += factor * values[j];
        }
    }

    /** The columns made orthonormal (Gram-Schmidt, twice), an axis per row; one may be zero. */
    private static double[][] orthonormal(float[][] columns) {
        int rank = columns[0].length;
        double[][] axes = new double[rank][columns.length];
        for (int j = 0; j < rank; j++) {
            double[] axis = axes[j];
            for (int d = 0; d < axis.length; d++) {
                axis[d] = columns[d][j];
            }
            double before = Math.sqrt(dot(axis, axis));
            for (int pass = 0; pass < 2; pass++) {
                for (int other = 0; other < j; other++) {
                    double along = dot(axis, axes[other]);
                    for (int d = 0; d < axis.length; d++) {
                        axis[d] -= along * axes[other][d];
                    }
                }
            }
            double length = Math.sqrt(dot(axis, axis));
            // What is left of a column that depends on those before is noise: no axis.
            double scale = length > 1e-9 * before && length > 0 ? 1 / length : 0;
            for (int d = 0; d < axis.length; d++) {
                axis[d] *= scale;
            }
        }
        return axes;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }

    /** Coordinates of an image, without its last number. */
    public int rank() {
        return rank;
    }

    /**
     * The image of a vector.
     *
     * @param coordinates along the axes
     * @param rest the length of what they leave out, 0 or more
     * @param error how far the image may be from its true place
     */
    public record Image(float[] coordinates, double rest, double error) {}

    /** The image of the vector of this encoding at the offset, its values times a factor. */
    public Image image(Encoding encoding, byte[] data, int offset, double factor) {
        double[] products = new double[rank + 1];
        double squared =
                encoding == Encoding.UINT8 || encoding == Encoding.INT8
                        ? multiplyBytes(encoding, data, offset, products)
                        : multiplyFloats(encoding, data, offset, products);
        double length = factor * Math.sqrt(squared);
        double apart =
                Math.max(
                        0,
                        factor * factor * squared
                                - 2 * factor * steps[rank] * products[rank]
                                + meanSquared);
        float[] coordinates = new float[rank];
        double along = 0;
        for (int j = 0; j < rank; j++) {
            coordinates[j] = (float) (factor * steps[j] * products[j] - meanImage[j]);
            along += (double) coordinates[j] * coordinates[j];
        }
        double rest = Math.sqrt(Math.max(0, apart - along));
        double size = length + Math.sqrt(meanSquared);
        double shift = ROUNDING * size;
        // The square of the rest is a difference of squares, each off by the shift's share.
        double off = 2 * shift * size;
        double restError = off > 0 ? Math.min(Math.sqrt(off), off / Math.max(rest, 1e-30)) : 0;
        return new Image(coordinates, rest, shift + restError);
    }

    /** Products with all rows; returns the vector's with itself. Exact. */
    private double multiplyBytes(Encoding encoding, byte[] data, int offset, double[] products) {
        boolean unsigned = encoding == Encoding.UINT8;
        byte[] signed = data;
        int at = offset;
        if (unsigned) {
            signed = new byte[dimensions];
            at = 0;
            for (int d = 0; d < dimensions; d++) {
                signed[d] = (byte) (data[offset + d] - UNSIGNED_ZERO);
            }
        }
        int shift = unsigned ? UNSIGNED_ZERO : 0;
        for (int j = 0; j <= rank; j++) {
            products[j] =
                    KERNELS.dotInt8(signed, at, rows, j * dimensions, dimensions) + shift * sums[j];
        }
        return unsigned
                ? KERNELS.dotUint8(data, offset, data, offset, dimensions)
                : KERNELS.dotInt8(data, offset, data, offset, dimensions);
    }

    private double multiplyFloats(Encoding encoding, byte[] data, int offset, double[] products) {
        byte[] floats =
                encoding == Encoding.FLOAT32
                        ? data
                        : Vectors.toFloat32(encoding, data, offset, dimensions);
        int at = encoding == Encoding.FLOAT32 ? offset : 0;
        for (int j = 0; j <= rank; j++) {
            int row = j * dimensions * Float.BYTES;
            products[j] = KERNELS.dotFloat32(floats, at, floatRows, row, dimensions);
        }
        return KERNELS.dotFloat32(floats, at, floats, at, dimensions);
    }
}
