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

    private static final String FORMAT_1_P_STABLE =
            "4e53474e0100000000000000030201030402000000000000002a043fc999999999999a00";

    private static final String FORMAT_1_CROSS_POLYTOPE =
            "4e53474e0100000000000000030201040402000000000000002a00";

    private static final String FORMAT_1_BITS =
            "4e53474e0100000000000000100405050402000000000000002a00";

    private static final String FORMAT_1_SETS =
            "4e53474e0100000000000000100506060402000000000000002a0200";

    @Test
    void readsBackWhatItWrote() {
        Property.holds(
                60,
                random -> {
                    for (CollectionSettings settings : Clouds.each(random)) {
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
        assertThat(family(BucketScheme.P_STABLE)).startsWith(FORMAT_1_P_STABLE);
        CollectionSettings bits =
                Clouds.seeded(BucketScheme.BIT_SAMPLING, Metric.HAMMING, Encoding.BINARY, 16, 4, 2);
        assertThat(HexFormat.of().formatHex(Generation.initial(bits).toBytes()))
                .startsWith(FORMAT_1_BITS);
        CollectionSettings sets =
                Clouds.seeded(BucketScheme.MIN_HASH, Metric.JACCARD, Encoding.SET64, 16, 4, 2);
        assertThat(HexFormat.of().formatHex(Generation.initial(sets).toBytes()))
                .startsWith(FORMAT_1_SETS);
        assertThat(family(BucketScheme.CROSS_POLYTOPE)).startsWith(FORMAT_1_CROSS_POLYTOPE);
    }

    /** Of the generation of FORMAT_1_CELLS, a cell was split in two. */
    private static final String FORMAT_2_CELLS =
            "4e53474e0200000002000000020104013e800000"
                    + "00000001000000030102030405060000000000000003000000040000000200000005"
                    + "00000000000000ea000000010000000100000002000000030908"
                    + "00";

    @Test
    void theBytesOfFormat2AreFixed() {
        CollectionSettings learned = Clouds.learned(Metric.L2, Encoding.UINT8, 2, 2, 1);
        RoutingSpace space = new RoutingSpace(learned);
        CellHistory history =
                new CellHistory(
                        new int[] {0, 3, 4},
                        2,
                        5,
                        234,
                        new int[] {1},
                        new int[] {2},
                        new int[] {3},
                        new byte[] {9, 8});
        Codebook codebook = new Codebook(space, new byte[] {1, 2, 3, 4, 5, 6}, new int[] {3});
        Cells cells = new Cells(space, codebook, 0.25f, history);
        Generation generation = new Generation(learned, 2, cells, Optional.empty());
        String hex = HexFormat.of().formatHex(generation.toBytes());
        assertThat(hex.substring(0, hex.length() - 8)).isEqualTo(FORMAT_2_CELLS);
        Generation read = Generation.fromBytes(learned, generation.toBytes());
        assertThat(read.hash()).isEqualTo(generation.hash());
        assertThat(read.all()).containsExactly(0, 3, 4);
        assertThat(read.retiredAfter(1)).containsExactly(1);
        assertThat(read.live()).isEqualTo(234);
    }

    /** Generation 0 of a family in hex; the checksum at its end is checked by reading. */
    private static String family(BucketScheme scheme) {
        CollectionSettings settings =
                Clouds.seeded(scheme, Metric.COSINE, Encoding.FLOAT32, 3, 4, 2);
        return HexFormat.of().formatHex(Generation.initial(settings).toBytes());
    }

    @Test
    void anotherWidthIsRefused() {
        CollectionSettings settings =
                Clouds.seeded(BucketScheme.P_STABLE, Metric.COSINE, Encoding.FLOAT32, 3, 4, 2);
        CollectionSettings wider =
                new CollectionSettings(
                        settings.name(),
                        settings.uid(),
                        settings.dimensions(),
                        settings.metric(),
                        settings.encoding(),
                        settings.buckets(),
                        settings.hashBits(),
                        settings.tables(),
                        settings.seed(),
                        settings.targetRecall(),
                        settings.trainAfter(),
                        settings.cells(),
                        settings.hashes(),
                        0.5);
        byte[] bytes = Generation.initial(settings).toBytes();
        assertThatThrownBy(() -> Generation.fromBytes(wider, bytes))
                .hasMessage("The generation's width must be 0.5, but is 0.2.");
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
        bytes[4] = 4;
        assertThatThrownBy(() -> Generation.fromBytes(settings, bytes))
                .hasMessage("The generation has format 4, but this build reads formats 1 to 3.");
    }
}
