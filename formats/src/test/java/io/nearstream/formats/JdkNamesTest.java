package io.nearstream.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JdkNamesTest {
    @Test
    void everyJdkHasThousandsOfNames() throws IOException {
        List<String> names = JdkNames.read();

        assertThat(names)
                .hasSizeGreaterThan(5_000)
                .isSorted()
                .doesNotHaveDuplicates()
                .contains("java.lang.String", "java.util.Map.Entry")
                .noneMatch(name -> name.endsWith("module-info") || name.contains("$"));
    }

    @Test
    void classesThatNobodyNamedAreLeftOut() {
        assertThat(JdkNames.named("java/util/Map$Entry")).hasValue("java.util.Map.Entry");
        assertThat(JdkNames.named("java/util/Map$1")).isEmpty();
        assertThat(JdkNames.named("java/util/Map$1Local")).isEmpty();
        assertThat(JdkNames.named("a/B$$Lambda")).isEmpty();
        assertThat(JdkNames.named("module-info")).isEmpty();
        assertThat(JdkNames.named("a/package-info")).isEmpty();
    }
}
