package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Every metric, family and code can be chosen by the name that the help gives it. */
class SettingsOptionsTest {
    /** A command with nothing but these options. */
    @Command(name = "choose")
    static final class Choose {
        @Mixin private SettingsOptions settings;
    }

    private static CollectionSettings settings(int dimensions, String arguments) {
        Choose choose = new Choose();
        CommandLine line = new CommandLine(choose);
        EnumNames.registerConverters(line);
        line.parseArgs(arguments.split(" "));
        return choose.settings.settings("c", dimensions, choose.settings.encoding());
    }

    @ParameterizedTest
    @CsvSource({
        "l2, FLOAT32, LEARNED",
        "cosine, FLOAT32, LEARNED",
        "inner-product, FLOAT32, LEARNED",
        "hamming, BINARY, LEARNED",
        "jaccard, SET64, MIN_HASH"
    })
    void everyMetricHasItsEncodingAndItsBuckets(
            String metric, Encoding encoding, BucketScheme family) {
        CollectionSettings settings = settings(64, "--metric " + metric);
        assertThat(settings.metric()).isEqualTo(EnumNames.parse(Metric.class, metric));
        assertThat(settings.encoding()).isEqualTo(encoding);
        assertThat(settings.buckets()).isEqualTo(family);
    }

    @ParameterizedTest
    @CsvSource({
        "sign-projection, l2, 0",
        "sign-projection, cosine, 0",
        "p-stable, l2, 8",
        "p-stable, cosine, 8",
        "cross-polytope, l2, 0",
        "cross-polytope, cosine, 0",
        "bit-sampling, hamming, 0",
        "min-hash, jaccard, 2"
    })
    void everyFamilyHasItsDefaults(String family, String metric, int hashes) {
        String width = family.equals("p-stable") ? " --width 2.5" : "";
        CollectionSettings settings =
                settings(64, "--metric %s --buckets %s%s".formatted(metric, family, width));
        assertThat(settings.buckets()).isEqualTo(EnumNames.parse(BucketScheme.class, family));
        assertThat(settings.hashBits()).isEqualTo(11);
        assertThat(settings.tables()).isEqualTo(4);
        assertThat(settings.hashes()).isEqualTo(hashes);
        assertThat(settings.width()).isEqualTo(width.isEmpty() ? 0 : 2.5);
        CollectionSettings other =
                settings(
                        64,
                        "--metric %s --buckets %s%s --hash-bits 7 --tables 3"
                                .formatted(metric, family, width));
        assertThat(other.hashBits()).isEqualTo(7);
        assertThat(other.tables()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeGoesByItsName(CodeKind code) {
        for (String metric : new String[] {"l2", "cosine", "inner-product"}) {
            CollectionSettings settings =
                    settings(64, "--metric %s --code %s".formatted(metric, CodeNames.of(code)));
            assertThat(settings.code()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "64, VECTOR",
        "65, INT8",
        "256, INT8",
        "257, RABITQ_1",
        "4096, RABITQ_1",
    })
    void withoutANameTheCodeGoesByTheBytesOfAVector(int dimensions, CodeKind code) {
        assertThat(settings(dimensions, "--metric l2").code()).isEqualTo(code);
        assertThat(settings(dimensions, "--metric l2 --code auto").code()).isEqualTo(code);
    }

    @Test
    void cellsAreAQuarterOfTheSampleAtMost() {
        assertThat(settings(8, "--metric l2").cells()).isEqualTo(1_024);
        assertThat(settings(8, "--metric l2 --train-after 100").cells()).isEqualTo(25);
        assertThat(settings(8, "--metric l2 --train-after 100 --cells 90").cells()).isEqualTo(90);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--metric jaccard --buckets learned|JACCARD has no LEARNED ones",
                "--metric inner-product --buckets sign-projection|buckets must be LEARNED under INNER_PRODUCT",
                "--metric hamming --code int8|code must be VECTOR under HAMMING",
                "--metric l2 --buckets sign-projection --code int8|code must be VECTOR under L2 with SIGN_PROJECTION",
                "--metric l2 --buckets sign-projection --hash-bits 21|hash-bits must be between 1 and 20, but was 21.",
                "--metric l2 --buckets sign-projection --tables 33|tables must be between 1 and 32, but was 33.",
                "--metric l2 --tables 3|tables must be left out: learned buckets have no tables, but was 3.",
                "--metric l2 --hashes 3|hashes must be left out: only p-stable and min-hash",
                "--metric l2 --width 3|width must be 0 where buckets are not p-stable, but was 3.0.",
                "--metric l2 --cells 1|cells must be between 2 and 10000, but was 1.",
                "--metric l2 --train-after 1|train-after must be between 2 and 1000000, but was 1."
            })
    void whatDoesNotGoTogetherIsNamed(String arguments, String complaint) {
        assertThatThrownBy(() -> settings(64, arguments))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(complaint);
    }
}
