package io.nearstream.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void keysAndIdsAreWholeCharacters() {
        String whole = "a\uD83D\uDE00b";
        assertThatCode(() -> Limits.DEFAULT.checkKey(whole)).doesNotThrowAnyException();
        assertThatCode(() -> Limits.DEFAULT.checkId(whole)).doesNotThrowAnyException();
        for (String half : new String[] {"a\uD83D", "a\uDE00", "a\uD83Db", "a\uDE00\uD83D"}) {
            assertThatThrownBy(() -> Limits.DEFAULT.checkKey(half))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageStartingWith(
                            "key must be whole characters, but has half of one (\\u")
                    .hasMessageEndingWith(" at position 1.");
            assertThatThrownBy(() -> Limits.DEFAULT.checkId(half))
                    .hasMessageStartingWith("id must be whole characters");
        }
    }

    @Test
    void keysAndValuesHaveTheirLimits() {
        Limits limits = Limits.DEFAULT;
        assertThatCode(() -> limits.checkKey("é".repeat(512))).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.checkKey("é".repeat(512) + "k"))
                .hasMessage("key must be 1 to 1024 bytes of UTF-8, but has 1025.");
        assertThatThrownBy(() -> limits.checkKey(""))
                .satisfies(
                        refused ->
                                assertThat(((RefusedException) refused).reason())
                                        .isEqualTo(Reason.BAD_KEY));
        assertThatCode(() -> limits.checkValue(1 << 20)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.checkValue((1 << 20) + 1))
                .hasMessage("value must be at most 1048576 bytes, but has 1048577.");
    }
}
