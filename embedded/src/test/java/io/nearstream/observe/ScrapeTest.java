package io.nearstream.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScrapeTest {
    private static final Scrape SCRAPE =
            Scrape.parse(
                    """
                    # HELP a says something
                    # TYPE a gauge
                    a{kind="x, {y}",name="with \\"quotes\\"",} 1.5E3
                    a{kind="z",name="",} NaN
                    b -Inf
                    """);

    @Test
    void seriesAreRead() {
        assertThat(SCRAPE.metrics()).containsExactly("a", "b");
        assertThat(SCRAPE.of("a", Map.of("kind", "x, {y}")))
                .containsExactly(
                        new Scrape.Series(
                                "a",
                                Map.of("kind", "x, {y}", "name", "with \\\"quotes\\\""),
                                1_500));
        assertThat(SCRAPE.of("b", Map.of()).get(0).value()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThatIllegalArgumentException().isThrownBy(() -> Scrape.parse("<html>"));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(missing("sum by (kind, job) (rate(a{kind=\"z\"}[5m]))")).isEmpty();
        assertThat(missing("sum by (kin) (a)")).hasSize(1);
        assertThat(missing("a{kind=\"y\"} + b + c + up")).hasSize(2);
    }

    private static List<String> missing(String expression) {
        return SCRAPE.missing(PromQl.of(expression), Set.of("job", "up"));
    }
}
