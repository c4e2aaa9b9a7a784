package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;

/**
 * The vector itself, and under cosine 1 / length behind it, which {@link VectorSpace#score} wants.
 * References do not matter; scores are exact.
 */
final class WholeCode implements VectorCode {
    private final VectorSpace space;
    private final Points points;
    private final boolean withNorm;
    private final CodeReference origin;

    WholeCode(Points points) {
        this.space = points.space();
        this.points = points;
        this.withNorm = space.metric() == Metric.COSINE;
        float[] values = new float[points.dimensions()];
        this.origin = new CodeReference(values, values, 0);
    }

    @Override
    public CodeKind kind() {
        return CodeKind.VECTOR;
    }

    @Override
    public int bytes() {
        return space.vectorBytes() + (withNorm ? Float.BYTES : 0);
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
        float[] values = points.centroid(centroid);
        return new CodeReference(values, values, 0);
    }

    @Override
    public void encode(byte[] vector, int offset, CodeReference about, byte[] out, int at) {
        System.arraycopy(vector, offset, out, at, space.vectorBytes());
        if (withNorm) {
            Vectors.putFloat(out, at + space.vectorBytes(), 0, inverseNorm(vector, offset));
        }
    }

    /** As {@link VectorSpace#inverseNorm}, but the same bits in every JVM. */
    private float inverseNorm(byte[] vector, int offset) {
        int dimensions = space.dimensions();
        float[] values = Vectors.toFloats(space.encoding(), vector, offset, dimensions);
        return (float) (1 / Math.sqrt(Points.squaredLength(values)));
    }

    @Override
    public double slack(byte[] query, CodeReference about, double score) {
        return 0;
    }

    @Override
    public Query query(byte[] vector) {
        VectorSpace.Query query = space.query(vector);
        Estimates exact =
                (codes, at) ->
                        space.score(
                                query,
                                codes,
                                at,
                                withNorm
                                        ? Vectors.value(
                                                Encoding.FLOAT32,
                                                codes,
                                                at + space.vectorBytes(),
                                                0)
                                        : 1);
        return about -> exact;
    }
}
