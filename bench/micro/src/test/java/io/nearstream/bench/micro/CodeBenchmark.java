package io.nearstream.bench.micro;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.codes.CodeReference;
import io.nearstream.core.codes.ProductBook;
import io.nearstream.core.codes.ProductTrainer;
import io.nearstream.core.codes.VectorCode;
import io.nearstream.core.codes.VectorCodes;
import io.nearstream.core.model.CollectionSettings;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Coding a vector, preparing a query, scoring a bucket of 100 codes. */
public class CodeBenchmark extends MicroBenchmark {
    private static final int BUCKET = 100;
    private static final int BUCKETS = 16;
    private static final int TRAINED = 2_000;
    private static final int CODED = 1_024;
    private static final int QUERIES = 64;
    private static final int FOLD = 64;

    @Param({"images", "words"})
    public String shape;

    @Param({"VECTOR", "FLOAT16", "INT8", "RABITQ_4", "RABITQ_1", "PRODUCT"})
    public CodeKind kind;

    private VectorCode code;
    private CodeReference about;
    private List<byte[]> vectors;
    private List<byte[]> queries;
    private VectorCode.Query[] prepared;
    private byte[][] blocks;
    private byte[] out;
    private double[] scores;

    @Setup
    public void code() {
        CollectionSettings settings = Inputs.settings(shape);
        float[] zero = new float[settings.dimensions()];
        vectors = Inputs.vectors(settings, TRAINED, 2);
        code = kind == CodeKind.PRODUCT ? product(settings, zero) : VectorCodes.of(settings, kind);
        about = code.reference(zero);
        blocks = new byte[BUCKETS][BUCKET * code.bytes()];
        for (int i = 0; i < BUCKETS * BUCKET; i++) {
            code.encode(vectors.get(i), 0, about, blocks[i / BUCKET], i % BUCKET * code.bytes());
        }
        queries = Inputs.vectors(settings, QUERIES, 3);
        prepared = queries.stream().map(code::query).toArray(VectorCode.Query[]::new);
        out = new byte[code.bytes()];
        scores = new double[BUCKET];
    }

    private VectorCode product(CollectionSettings settings, float[] zero) {
        int subspaces = ProductBook.subspacesFor(settings.dimensions(), FOLD);
        ProductBook book = ProductTrainer.train(settings, vectors, vector -> zero, subspaces);
        return VectorCodes.product(settings, book, zero);
    }

    @Benchmark
    public byte[] encode() {
        code.encode(vectors.get(next(CODED)), 0, about, out, 0);
        return out;
    }

    @Benchmark
    public VectorCode.Query prepareQuery() {
        return code.query(queries.get(next(QUERIES)));
    }

    @Benchmark
    public double[] scoreBucketOf100() {
        int call = next(QUERIES);
        VectorCode.Estimates estimates = prepared[call].about(about);
        byte[] block = blocks[call % BUCKETS];
        for (int i = 0; i < BUCKET; i++) {
            scores[i] = estimates.score(block, i * code.bytes());
        }
        return scores;
    }
}
