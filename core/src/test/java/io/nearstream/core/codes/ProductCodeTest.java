package io.nearstream.core.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProductCodeTest {
    @Test
    void codesOfOneSixtyFourthAreThatShort() {
        for (int dimensions : new int[] {80, 128, 256, 784, 1_536}) {
            int subspaces = ProductBook.subspacesFor(dimensions, 64);
            assertThat(subspaces + ProductCode.FLOAT_BYTES).isEqualTo(dimensions * 4 / 64);
        }
        assertThat(ProductBook.subspacesFor(16, 64)).isEqualTo(1);
        assertThat(ProductBook.subspacesFor(16, 1)).isEqualTo(16);
    }

    /** More bytes, less error; on data with something to learn. */
    @Test
    void errorFallsWithTheSubspaces() {
        SplittableRandom random = new SplittableRandom(11);
        CollectionSettings settings = Samples.settings(Metric.L2, Encoding.FLOAT32, 48, 3);
        List<byte[]> sample = IntStream.range(0, 2_000).mapToObj(i -> correlated(random)).toList();
        double last = Double.POSITIVE_INFINITY;
        for (int subspaces : new int[] {1, 3, 12, 48}) {
            ProductBook book =
                    ProductTrainer.train(settings, sample, v -> new float[48], subspaces);
            VectorCode code = VectorCodes.product(settings, book, new float[48]);
            double error = error(settings, code, random);
            assertThat(error).isLessThan(.9 * last);
            last = error;
        }
        assertThat(last).isLessThan(.01);
    }

    /** The root of the mean squared error, over the mean. */
    private static double error(
            CollectionSettings settings, VectorCode code, SplittableRandom random) {
        double squares = 0;
        double sum = 0;
        int n = 500;
        for (int i = 0; i < n; i++) {
            byte[] query = correlated(random);
            byte[] vector = correlated(random);
            double exact = Samples.exact(settings, query, vector);
            double off = Samples.estimate(code, code.origin(), code.query(query), vector) - exact;
            squares += off * off;
            sum += exact;
        }
        return Math.sqrt(squares / n) / (sum / n);
    }

    /** Neighbouring dimensions go together. */
    private static byte[] correlated(SplittableRandom random) {
        float[] values = new float[48];
        double value = 0;
        for (int i = 0; i < values.length; i++) {
            value = .9 * value + random.nextGaussian();
            values[i] = (float) value;
        }
        return Samples.encoded(Encoding.FLOAT32, values);
    }

    @Test
    void booksAreReadBack() {
        Property.holds(
                20,
                random -> {
                    CollectionSettings settings = Samples.any(random, 1 + random.nextInt(30));
                    List<byte[]> sample = Samples.vectors(random, settings, 300);
                    int subspaces = 1 + random.nextInt(settings.dimensions());
                    float[] zero = new float[settings.dimensions()];
                    ProductBook book = ProductTrainer.train(settings, sample, v -> zero, subspaces);
                    ProductBook read = ProductBook.fromBytes(book.toBytes());
                    assertThat(read.subspaces()).isEqualTo(subspaces);
                    assertThat(read.toBytes()).isEqualTo(book.toBytes());
                    VectorCode code = VectorCodes.product(settings, book, zero);
                    VectorCode again = VectorCodes.product(settings, read, zero);
                    byte[] out = new byte[code.bytes()];
                    byte[] outAgain = new byte[code.bytes()];
                    code.encode(sample.get(0), 0, code.origin(), out, 0);
                    again.encode(sample.get(0), 0, again.origin(), outAgain, 0);
                    assertThat(outAgain).isEqualTo(out);
                });
    }

    @Test
    void changedBytesAreRefused() {
        byte[] bytes = CodeGolden.book(3).toBytes();
        Property.holds(
                random -> {
                    byte[] changed = bytes.clone();
                    changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
                    assertThatThrownBy(() -> ProductBook.fromBytes(changed))
                            .isInstanceOf(IllegalArgumentException.class);
                    byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                    assertThatThrownBy(() -> ProductBook.fromBytes(cut))
                            .isInstanceOf(IllegalArgumentException.class);
                });
    }

    @Test
    void whatDoesNotFitIsRefused() {
        CollectionSettings settings = Samples.settings(Metric.L2, Encoding.FLOAT32, 4, 3);
        assertThatThrownBy(() -> VectorCodes.product(settings, CodeGolden.book(3), new float[4]))
                .hasMessage("The product codebook must have 4 dimensions, but has 3.");
        assertThatThrownBy(
                        () ->
                                ProductTrainer.train(
                                        settings, List.of(new byte[16]), v -> new float[4], 5))
                .hasMessage("subspaces must be between 1 and 4, the dimensions, but was 5.");
        CollectionSettings bits = Samples.settings(Metric.HAMMING, Encoding.BINARY, 64, 3);
        assertThatThrownBy(() -> VectorCodes.of(bits, CodeKind.INT8))
                .hasMessage("The code under HAMMING must be VECTOR, but was INT8.");
        assertThatThrownBy(() -> VectorCodes.of(settings, CodeKind.PRODUCT))
                .hasMessageContaining("VectorCodes.product");
        assertThatThrownBy(() -> VectorCodes.of(settings, CodeKind.INT8, new float[3]))
                .hasMessage("origin must have 4 values, but has 3.");
        assertThatThrownBy(() -> VectorCodes.of(settings, CodeKind.INT8).reference(new float[5]))
                .hasMessage("centroid must have 4 values, but has 5.");
    }
}
