package io.nearstream.core.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.sun.management.ThreadMXBean;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.testing.Property;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CellCodesTest {
    private static final int DIMENSIONS = 40;
    private static final String PARAMETERS =
            "4e534350" + "01" + "00000002" + "3f800000" + "c0000000" + "00000000";

    private static CollectionSettings settings(Metric metric, CodeKind kind, int dimensions) {
        return new CollectionSettings(
                "cells",
                3,
                dimensions,
                metric,
                Encoding.FLOAT32,
                BucketScheme.LEARNED,
                0,
                0,
                5,
                .95,
                300,
                8,
                0,
                0,
                kind,
                0);
    }

    /** They lie in the topic of collections for good. */
    @Test
    void parametersKeepTheirBytes() {
        CollectionSettings settings = settings(Metric.L2, CodeKind.INT8, 2);
        CodeParameters parameters = new CodeParameters(new float[] {1, -2}, Optional.empty());
        assertThat(HexFormat.of().formatHex(parameters.toBytes())).isEqualTo(PARAMETERS);
        byte[] bytes = HexFormat.of().parseHex(PARAMETERS);
        assertThat(CodeParameters.fromBytes(settings, bytes).origin()).containsExactly(1, -2);
    }

    @Test
    void damagedParametersAreRefused() {
        CollectionSettings settings = settings(Metric.L2, CodeKind.INT8, 2);
        byte[] bytes = HexFormat.of().parseHex(PARAMETERS);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CodeParameters.fromBytes(settings, cut))
                    .hasMessage(
                            "The code's parameters end early, after %d bytes.".formatted(length));
        }
        CollectionSettings wider = settings(Metric.L2, CodeKind.INT8, 3);
        assertThatThrownBy(() -> CodeParameters.fromBytes(wider, bytes))
                .hasMessage(
                        "The code's parameters must begin with 4e534350, format 1 and 3 dimensions, but begin with 4e534350, 1 and 2.");
        CollectionSettings product = settings(Metric.L2, CodeKind.PRODUCT, 2);
        assertThatThrownBy(() -> CodeParameters.fromBytes(product, bytes))
                .hasMessage(
                        "The codebook of code PRODUCT is said to have 0 bytes, but 0 are there.");
    }

    /** Every write and every probe asks. */
    @Test
    void askingAgainCopiesNoParameters() {
        CollectionSettings settings = settings(Metric.L2, CodeKind.INT8, 1_000);
        CodeParameters parameters = new CodeParameters(new float[1_000], Optional.empty());
        Generation generation = Generation.initial(settings).withCode(parameters.toBytes());
        CellCodes codes = CellCodes.of(settings, generation).orElseThrow();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000; i++) {
            assertSame(codes, CellCodes.of(settings, generation).orElseThrow());
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
    }

    @Test
    void cellsOfPlainCollectionsKeepTheVectors() {
        CollectionSettings plain = settings(Metric.L2, CodeKind.VECTOR, 4);
        Generation generation =
                CellCodes.train(plain, Samples.vectors(new SplittableRandom(1), plain, 300));
        assertThat(generation.code()).isEmpty();
        assertThat(generation.toBytes()[4]).isEqualTo((byte) 1);
        assertThat(CellCodes.of(plain, generation)).isEmpty();
        assertThat(CellCodes.candidates(plain, 7)).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VECTOR")
    void aGenerationIsReadBackWithItsCode(CodeKind kind) {
        CollectionSettings settings = settings(Metric.COSINE, kind, DIMENSIONS);
        SplittableRandom random = new SplittableRandom(2);
        Generation made = CellCodes.train(settings, Samples.vectors(random, settings, 300));
        assertThat(made.toBytes()[4]).isEqualTo((byte) 3);
        Generation read = Generation.fromBytes(settings, made.toBytes());
        assertThat(read.hash()).isEqualTo(made.hash());
        CellCodes writing = CellCodes.of(settings, made).orElseThrow();
        CellCodes reading = CellCodes.of(settings, read).orElseThrow();
        assertThat(CellCodes.of(settings, made)).containsSame(writing);
        byte[] vector = Samples.vector(random, settings);
        int bucket = made.place("", vector)[0];
        assertThat(writing.encode(vector, writing.reference(bucket).orElseThrow()))
                .hasSize(writing.code().bytes())
                .isEqualTo(reading.encode(vector, reading.reference(bucket).orElseThrow()));
        assertThat(writing.reference(-1)).isEmpty();
    }

    @Test
    void candidatesGoByTheCodeOrByTheCollection() {
        CollectionSettings bits = settings(Metric.L2, CodeKind.RABITQ_1, DIMENSIONS);
        assertThat(CellCodes.candidates(bits, 10)).isEqualTo(300);
        assertThat(CellCodes.candidates(bits, 1_000)).isEqualTo(CellCodes.CANDIDATES_MAX);
        assertThat(CellCodes.candidates(bits, 50_000)).isEqualTo(50_000);
        assertThat(CellCodes.candidates(bits.coded(CodeKind.RABITQ_1, 4), 10)).isEqualTo(40);
    }

    /** Of vectors that are within a radius, hardly any is estimated to lie beyond the slack. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VECTOR")
    void estimatesHardlyEverExceedTheSlack(CodeKind kind) {
        int[] counts = new int[2];
        Property.holds(
                3,
                random -> {
                    Metric metric = Metric.values()[random.nextInt(3)];
                    CollectionSettings settings = settings(metric, kind, DIMENSIONS);
                    List<byte[]> vectors = Samples.vectors(random, settings, 300);
                    Generation generation = CellCodes.train(settings, vectors);
                    CellCodes codes = CellCodes.of(settings, generation).orElseThrow();
                    VectorSpace space = VectorSpace.of(settings);
                    for (byte[] query : Samples.vectors(random, settings, 20)) {
                        VectorSpace.Query exact = space.query(query);
                        VectorCode.Query coded = codes.code().query(query);
                        for (byte[] vector : vectors) {
                            int bucket = generation.place("", vector)[0];
                            Optional<CodeReference> about = codes.reference(bucket);
                            if (about.isEmpty()) {
                                continue; // beyond the bound of an inner product
                            }
                            double score =
                                    space.score(exact, vector, 0, space.inverseNorm(vector, 0));
                            byte[] code = codes.encode(vector, about.get());
                            double estimate = coded.about(about.get()).score(code, 0);
                            double slack = codes.code().slack(query, about.get(), score);
                            assertThat(slack).isNotNegative().isFinite();
                            counts[0]++;
                            counts[1] += estimate > score + slack ? 1 : 0;
                        }
                    }
                });
        assertThat(counts[1]).isLessThan(counts[0] / 500);
    }

    @Test
    void codesAreOfNumbersInLearnedCells() {
        assertThatThrownBy(
                        () ->
                                CollectionSettings.learned(
                                                "bits", 1, 64, Metric.HAMMING, Encoding.BINARY)
                                        .coded(CodeKind.INT8, 0))
                .hasMessage(
                        "code must be VECTOR under HAMMING with LEARNED buckets, but was INT8: codes are of numbers, about the centroid of a learned cell.");
        assertThatThrownBy(() -> settings(Metric.L2, CodeKind.INT8, 4).coded(CodeKind.VECTOR, 3))
                .hasMessage(
                        "rerank must be left out: a cell that keeps the vector has nothing to score again, but was 3.");
    }
}
