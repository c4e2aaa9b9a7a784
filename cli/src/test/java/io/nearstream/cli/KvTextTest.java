package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KvTextTest {
    @Test
    void textIsShownAsItIsAndCut() {
        assertThat(shown("hello")).isEqualTo("hello");
        assertThat(shown("")).isEmpty();
        assertThat(shown("x".repeat(100))).isEqualTo("x".repeat(60) + "... (100 bytes)");
    }

    @Test
    void otherBytesAreShownInHexadecimalAndCut() {
        assertThat(KvText.shown(new byte[] {(byte) 0xFF, 0, 16})).isEqualTo("0xff0010");
        assertThat(KvText.shown(bytes(31))).isEqualTo("0x" + "ff".repeat(30) + "... (31 bytes)");
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xFF);
        return bytes;
    }

    @Test
    void printedVersionsAreReadAgain() {
        Property.holds(
                random -> {
                    Version version =
                            new Version(
                                    random.nextLong(1L << 50),
                                    random.nextInt(1_000),
                                    random.nextLong(1L << 50));
                    assertThat(KvText.parseVersion(KvText.version(version))).isEqualTo(version);
                });
    }

    @Test
    void otherVersionsAreRefused() {
        for (String text :
                new String[] {
                    "", "1", "1-2", "1-2-", "-1-2-3", "1-2-3-4", "a-b-c", "9999999999999999999-1-1"
                }) {
            assertThatThrownBy(() -> KvText.parseVersion(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("--if-version");
        }
    }

    @Test
    void spansHaveTheLargestUnitThatFitsTwice() {
        assertThat(KvText.span(-5)).isEqualTo("0 ms");
        assertThat(KvText.span(1_999)).isEqualTo("1999 ms");
        assertThat(KvText.span(119_000)).isEqualTo("119 s");
        assertThat(KvText.span(3_600_000)).isEqualTo("60 min");
        assertThat(KvText.span(172_800_000)).isEqualTo("2 d");
    }

    private static String shown(String text) {
        return KvText.shown(text.getBytes(StandardCharsets.UTF_8));
    }
}
