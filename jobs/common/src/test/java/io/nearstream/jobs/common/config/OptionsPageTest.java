package io.nearstream.jobs.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page says what the code says. {@code -Dnearstream.docs=write} writes it. */
class OptionsPageTest {
    private static final List<Class<?>> ALL =
            List.of(NearstreamOptions.class, JoinOptions.class, StandingOptions.class, BackfillOptions.class);
    private static final Path PAGE =
            Path.of(System.getProperty("nearstream.root", "../.."), "docs/reference/options.md");

    @Test
    void pageIsWhatTheCodeDeclares() throws IOException {
        String rendered = OptionsPage.render(ALL);
        if (System.getProperty("nearstream.docs", "").equals("write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, rendered);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/reference/options.md; CONTRIBUTING.md says how to regenerate it")
                .isEqualTo(rendered);
    }

    @Test
    void everyOptionIsNamedAndDescribedByTheRules() {
        assertThat(ALL.stream().flatMap(options -> OptionsPage.options(options).stream()))
                .isNotEmpty()
                .allSatisfy(
                        option -> {
                            assertThat(option.key()).matches("nearstream(\\.[a-z][a-z-]*)+");
                            assertThat(option.description().toString()).isNotBlank();
                        })
                .doesNotHaveDuplicates();
    }
}
