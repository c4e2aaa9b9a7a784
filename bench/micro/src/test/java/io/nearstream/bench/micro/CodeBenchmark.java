package io.nearstream.bench.micro;

import io.nearstream.core.codes.CodeKind;
import io.nearstream.core.codes.CodeReference;
import io.nearstream.core.codes.ProductBook;
import io.nearstream.core.codes.ProductTrainer;
import io.nearstream.core.codes.VectorCode;
import io.nearstream.core.codes.VectorCodes;
import io.nearstream.core.model.CollectionSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Coding a vector, preparing a query, scoring a bucket of 100 codes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class CodeBenchmark {
    private static final int BUCKET = 100;
    private static final int TRAINED = 2_000;
    private static final int FOLD = 64;

    @Param({"images", "words"})
    public String shape;

    @Param({"VECTOR", "FLOAT16", "INT8", "RABITQ_4", "RABITQ_1", "PRODUCT"})
    public CodeKind kind;

    private VectorCode code;
    private CodeReference about;
    private List<byte[]> vectors;
    private byte[] queryVector;
    private VectorCode.Query query;
    private byte[] block;
    private byte[] out;
    private double[] scores;

    @Setup
    public void code() {
        CollectionSettings settings = Inputs.settings(shape);
        float[] zero = new float[settings.dimensions()];
        vectors = Inputs.vectors(settings, TRAINED, 2);
        code = kind == CodeKind.PRODUCT ? product(settings, zero) : VectorCodes.of(settings, kind);
        about = code.reference(zero);
        block = new byte[BUCKET * code.bytes()];
        for (int i = 0; i < BUCKET; i++) {
            code.encode(vectors.get(i), 0, about, block, i * code.bytes());
        }
        queryVector = Inputs.vectors(settings, 1, 3).get(0);
        query = code.query(queryVector);
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
        code.encode(vectors.get(0), 0, about, out, 0);
        return out;
    }

    @Benchmark
    public VectorCode.Query prepareQuery() {
        return code.query(queryVector);
    }

    @Benchmark
    public double[] scoreBucketOf100() {
        query.score(about, block, 0, BUCKET, scores, 0);
        return scores;
    }
}
