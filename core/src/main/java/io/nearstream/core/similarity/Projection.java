package io.nearstream.core.similarity;

import io.nearstream.core.model.Encoding;
import io.nearstream.kernels.Kernels;
import java.util.Random;

/**
 * The first principal axes of some points, found by subspace iteration (Halko, Martinsson, Tropp
 * 2011), as a map that brings no two vectors further apart: a vector becomes its {@code rank}
 * coordinates along the axes and one more number, its distance from the plane of the axes. So the
 * distance of two images, that number included, never exceeds that of the vectors. Immutable and
 * thread-safe.
 */
public final class Projection {
    private static final Kernels KERNELS = Kernels.best();
    private static final int ROUNDS = 2;

    /**
     * What rounding adds at most to the place of an image, as a share of the vector's distance from
     * the mean: sums of some thousand floats, and axes that are floats themselves.
     */
    private static final double ROUNDING = 2e-5;

    private final float[] mean;
    private final int rank;
    private final byte[] axes;

    private Projection(float[] mean, int rank, byte[] axes) {
        this.mean = mean;
        this.rank = rank;
        this.axes = axes;
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
        byte[] axes = new byte[rank * dimensions * Float.BYTES];
        for (int j = 0; j < rank; j++) {
            for (int d = 0; d < dimensions; d++) {
                Vectors.putFloat(axes, 0, j * dimensions + d, (float) basis[j][d]);
            }
        }
        return new Projection(mean, rank, axes);
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

    /** Values of a vector. */
    public int dimensions() {
        return mean.length;
    }

    /** Bytes on the heap, about. */
    public long heapBytes() {
        return axes.length + (long) Float.BYTES * mean.length;
    }

    /**
     * The image of a vector.
     *
     * @param coordinates along the axes
     * @param rest distance from the plane of the axes, 0 or more
     * @param error how far the image may be from its true place
     */
    public record Image(float[] coordinates, double rest, double error) {}

    /** The image of the vector of this encoding at the offset, its values times a factor. */
    public Image image(Encoding encoding, byte[] data, int offset, double factor) {
        int dimensions = mean.length;
        byte[] centred = new byte[dimensions * Float.BYTES];
        double squared = 0;
        for (int d = 0; d < dimensions; d++) {
            float value = (float) (Vectors.value(encoding, data, offset, d) * factor - mean[d]);
            squared += (double) value * value;
            Vectors.putFloat(centred, 0, d, value);
        }
        float[] coordinates = new float[rank];
        double along = 0;
        for (int j = 0; j < rank; j++) {
            float value =
                    KERNELS.dotFloat32(centred, 0, axes, j * dimensions * Float.BYTES, dimensions);
            coordinates[j] = value;
            along += (double) value * value;
        }
        double rest = Math.sqrt(Math.max(0, squared - along));
        double shift = ROUNDING * Math.sqrt(squared);
        // The square of the rest is a difference of squares, each off by twice the shift's share.
        double off = 2 * shift * Math.sqrt(squared);
        double restError = off > 0 ? Math.min(Math.sqrt(off), off / Math.max(rest, 1e-30)) : 0;
        return new Image(coordinates, rest, shift + restError);
    }
}
