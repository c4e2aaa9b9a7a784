package io.nearstream.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import org.junit.jupiter.api.Test;

class NameEmbeddingTest {
    @Test
    void caseDoesNotMatter() {
        assertThat(NameEmbedding.embed("java.util.HashMap"))
                .isEqualTo(NameEmbedding.embed("java.util.hashmap"));
    }

    @Test
    void similarNamesAreNearerThanOthers() {
        double sibling = cosine("java.util.HashMap", "java.util.LinkedHashMap");
        double stranger = cosine("java.util.HashMap", "sun.security.x509.X500Name");

        assertThat(sibling).isGreaterThan(stranger + 0.3);
    }

    @Test
    void noNameIsTheZeroVector() {
        Property.holds(
                2_000,
                random -> {
                    char[] name = new char[random.nextInt(1, 6)];
                    for (int i = 0; i < name.length; i++) {
                        name[i] = (char) random.nextInt(Character.MAX_VALUE + 1);
                    }
                    double norm = 0;
                    for (float value : NameEmbedding.embed(new String(name))) {
                        norm += value * value;
                    }
                    assertThat(norm).isPositive().isFinite();
                });
    }

    @Test
    void bytesAreTheFloatsLittleEndian() {
        float[] floats = NameEmbedding.embed("java.lang.String");
        byte[] bytes = NameEmbedding.embedToBytes("java.lang.String");

        byte[] expected = new Bytes().floats(floats).toArray();
        assertThat(bytes).isEqualTo(java.util.Arrays.copyOfRange(expected, 4, expected.length));
    }

    @Test
    void emptyNameIsRefused() {
        assertThatThrownBy(() -> NameEmbedding.embed("")).hasMessageContaining("name");
    }

    private static double cosine(String left, String right) {
        float[] a = NameEmbedding.embed(left);
        float[] b = NameEmbedding.embed(right);
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }
}
