package io.nearstream.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromQlTest {
    private static PromQl.Selector only(String expression) {
        List<PromQl.Selector> selectors = PromQl.of(expression).selectors();
        assertThat(selectors).hasSize(1);
        return selectors.get(0);
    }

    @Test
    void metricsAndGroupsAreFound() {
        PromQl read =
                PromQl.of(
                        "sum by (job, kind) (rate(a_b{job=~\"$x\", kind=\"k\"}[$__rate_interval])) / 2"
                                + " > -1.5 and max by(host)(c) or vector(0) unless timestamp(d) * 1000 - 7 > 0");
        assertThat(read.selectors())
                .extracting(PromQl.Selector::metric)
                .containsExactly("a_b", "c", "d");
        assertThat(read.grouped()).containsExactly("host", "job", "kind");
        assertThat(read.selectors().get(0).matchers())
                .containsExactly(
                        new PromQl.Matcher("job", "=~", "$x"),
                        new PromQl.Matcher("kind", "=", "k"));
    }

    @Test
    void selectorsAreHeldAgainstLabels() {
        PromQl.Selector selector =
                only("a{job=\"n\", quantile=~\"0.5|0.99\", kind!=\"x\", of=~\"$some\"}");
        Set<String> later = Set.of("job");
        Map<String, String> good = Map.of("quantile", "0.99", "kind", "y", "of", "any");
        assertThat(selector.selects(good, later)).isTrue();
        assertThat(selector.selects(good, Set.of())).isFalse();
        assertThat(selector.selects(Map.of("quantile", "0.99", "kind", "y"), later)).isFalse();
        assertThat(selector.selects(Map.of("quantile", "0.9", "kind", "y", "of", "a"), later))
                .isFalse();
        assertThat(selector.selects(Map.of("quantile", "0.5", "kind", "x", "of", "a"), later))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rats(a[5m])",
                "sum by job (a)",
                "{job=\"n\"}",
                "a{job}",
                "a{job=\"n\"",
                "a{\"n\"}",
                "a # b",
                "a offset 5m",
                "sum without (b) (a)"
            })
    void whatIsNotUnderstoodIsRefused(String expression) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PromQl.of(expression))
                .withMessageContaining("is not understood in: " + expression);
    }
}
