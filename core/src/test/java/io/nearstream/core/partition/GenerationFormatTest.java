package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationFormatTest {
    /** Written by the first release; published codebooks and state rest on these bytes. */
    private static final String FORMAT_1_CELLS =
            "4e53474e0100000001000000020104013e800000"
                    + "000000020000000100000001"
                    + "010203fc01"
                    + "000000640000000200000001"
                    + "0000000a00000002"
                    + "0000000100000002"
                    + "3f0000003f800000000000003f800000"
                    + "ce730d2a";

    private static final String FORMAT_1_SIGNS =
            "4e53474e0100000000000000030201020402000000000000002a00f7e2b0f4";

    @Test
    void readsBackWhatItWrote() {
        Property.holds(
                60,
                random -> {
                    for (BucketScheme scheme : BucketScheme.values()) {
                        CollectionSettings settings = Clouds.any(random, scheme);
                        List<byte[]> sample = Clouds.vectors(random, settings, 200);
                        Generation written =
                                random.nextBoolean()
                                        ? Generation.initial(settings)
                                        : GenerationTrainer.train(settings, sample);
                        Generation read = Generation.fromBytes(settings, written.toBytes());
                        assertThat(read.toBytes()).isEqualTo(written.toBytes());
                        assertThat(read.number()).isEqualTo(written.number());
                        assertThat(read.hash()).isEqualTo(written.hash());
                        assertThat(read.probes(0.9, 7)).isEqualTo(written.probes(0.9, 7));
                        byte[] vector = sample.get(0);
                        assertThat(read.place("id", vector)).isEqualTo(written.place("id", vector));
                        assertThat(read.probe(vector, 3)).isEqualTo(written.probe(vector, 3));
                    }
                });
    }

    @Test
    void theBytesOfFormat1AreFixed() {
        Calibration calibration =
                new Calibration(
                        100, new int[] {1, 10}, new int[] {1, 2}, new float[][] {{.5f, 1}, {0, 1}});
        CollectionSettings learned = Clouds.learned(Metric.L2, Encoding.UINT8, 2, 2, 1);
        Cells cells = cells(new RoutingSpace(learned), new byte[] {1, 2, 3, -4});
        Generation generation = new Generation(learned, 1, cells, Optional.of(calibration));
        assertThat(HexFormat.of().formatHex(generation.toBytes())).isEqualTo(FORMAT_1_CELLS);
        CollectionSettings signs = Clouds.signs(Metric.COSINE, Encoding.FLOAT32, 3, 4, 2);
        assertThat(HexFormat.of().formatHex(Generation.initial(signs).toBytes()))
                .isEqualTo(FORMAT_1_SIGNS);
    }

    private static Cells cells(RoutingSpace space, byte[] centroids) {
        return new Cells(space, new Codebook(space, centroids, new int[] {1, 1}), 0.25f);
    }

    @Test
    void damagedBytesAreRefusedWithTheReason() {
        Property.holds(
                random -> {
                    CollectionSettings settings = Clouds.any(random, BucketScheme.LEARNED);
                    byte[] bytes =
                            GenerationTrainer.train(settings, Clouds.vectors(random, settings, 100))
                                    .toBytes();
                    byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                    assertThatThrownBy(() -> Generation.fromBytes(settings, cut))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("generation");
                    byte[] flipped = bytes.clone();
                    flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    assertThatThrownBy(() -> Generation.fromBytes(settings, flipped))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("generation");
                });
    }

    @Test
    void bytesOfAnotherCollectionAreRefused() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 2, 2, 1);
        byte[] bytes = Generation.initial(settings).toBytes();
        assertThatThrownBy(
                        () ->
                                Generation.fromBytes(
                                        Clouds.learned(Metric.L2, Encoding.UINT8, 3, 2, 1), bytes))
                .hasMessage("The generation's dimensions must be 3, but is 2.");
        CollectionSettings signs = Clouds.signs(Metric.L2, Encoding.UINT8, 2, 4, 2);
        assertThatThrownBy(() -> Generation.fromBytes(signs, bytes))
                .hasMessage("The generation's bucket scheme must be 2, but is 1.");
    }

    @Test
    void aNewerFormatIsRefused() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 2, 2, 1);
        byte[] bytes = Generation.initial(settings).toBytes();
        bytes[4] = 2;
        assertThatThrownBy(() -> Generation.fromBytes(settings, bytes))
                .hasMessage("The generation has format 2, but this build reads format 1.");
    }
}
