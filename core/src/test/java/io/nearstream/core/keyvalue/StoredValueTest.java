package io.nearstream.core.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StoredValueTest {
    @Test
    void everyValueComesBack() {
        Property.holds(
                random -> {
                    byte[] value = value(random, random.nextInt(5_000));
                    assertThat(StoredValue.of(value).value()).isEqualTo(value);
                    assertThat(StoredValue.raw(value).value()).isEqualTo(value);
                });
    }

    @Test
    void onlyWhatPaysIsCompressed() {
        byte[] same = new byte[10_000];
        assertThat(StoredValue.of(same).compression()).isEqualTo(Compression.ZSTD);
        assertThat(StoredValue.of(same).bytes().length).isLessThan(100);
        assertThat(StoredValue.of(new byte[StoredValue.COMPRESS_FROM_BYTES - 1]).compression())
                .isEqualTo(Compression.NONE);
        byte[] noise = new byte[10_000];
        new SplittableRandom(1).nextBytes(noise);
        assertThat(StoredValue.of(noise).compression()).isEqualTo(Compression.NONE);
    }

    @Test
    void bytesThatWereNeverCompressedAreNamed() {
        Property.holds(
                random -> {
                    byte[] garbage = new byte[1 + random.nextInt(200)];
                    random.nextBytes(garbage);
                    StoredValue broken =
                            new StoredValue(
                                    Compression.ZSTD,
                                    garbage.length + 1 + random.nextInt(9),
                                    garbage);
                    assertThatThrownBy(broken::value)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("decompress");
                });
    }

    @Test
    void frameOfAnotherLengthIsRefused() {
        byte[] frame = StoredValue.of(new byte[1_000]).bytes();
        assertThatThrownBy(() -> new StoredValue(Compression.ZSTD, 999, frame).value())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new StoredValue(Compression.ZSTD, 1_001, frame).value())
                .hasMessage("A value must decompress to 1001 bytes, but did to 1000.");
    }

    @Test
    void lengthsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new StoredValue(Compression.NONE, 2, new byte[1]))
                .hasMessageContaining("but was 2");
        assertThatThrownBy(() -> new StoredValue(Compression.ZSTD, 1 << 30, new byte[1]))
                .hasMessageContaining("0 to 3145728");
        assertThatThrownBy(() -> Compression.of(7)).hasMessageContaining("but was 7");
    }

    private static byte[] value(SplittableRandom random, int length) {
        byte[] value = new byte[length];
        if (random.nextBoolean()) {
            random.nextBytes(value);
        } else {
            Arrays.fill(value, (byte) random.nextInt());
        }
        return value;
    }
}
