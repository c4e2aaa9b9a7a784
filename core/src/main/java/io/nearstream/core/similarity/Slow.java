package io.nearstream.core.similarity;

/** Scores as doubles, for vectors whose squares leave the range of a float. */
final class Slow {
    private Slow() {}

    static double dot(VectorSpace space, byte[] a, int aOffset, byte[] b, int bOffset) {
        double sum = 0;
        for (int i = 0; i < space.dimensions(); i++) {
            double x = Vectors.value(space.encoding(), a, aOffset, i);
            sum += x * Vectors.value(space.encoding(), b, bOffset, i);
        }
        return sum;
    }

    static double squaredL2(VectorSpace space, byte[] a, int aOffset, byte[] b, int bOffset) {
        double sum = 0;
        for (int i = 0; i < space.dimensions(); i++) {
            double x = Vectors.value(space.encoding(), a, aOffset, i);
            double d = x - Vectors.value(space.encoding(), b, bOffset, i);
            sum += d * d;
        }
        return sum;
    }

    static double cosine(VectorSpace space, byte[] a, int aOffset, byte[] b, int bOffset) {
        double lengths =
                Math.sqrt(dot(space, a, aOffset, a, aOffset))
                        * Math.sqrt(dot(space, b, bOffset, b, bOffset));
        return VectorSpace.clampCosine(1 - dot(space, a, aOffset, b, bOffset) / lengths);
    }
}
