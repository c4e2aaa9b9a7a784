package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KvArgumentsTest {
    private static final String LOST = "caf\uFFFD";

    @Test
    void charactersThatTheLocaleDoesNotHaveAreRefused() {
        for (String encoding : new String[] {"ANSI_X3.4-1968", "", "unheard-of"}) {
            assertThatThrownBy(() -> arguments(encoding, true).requireIntact("KEY", LOST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("KEY has characters")
                    .hasMessageContaining("LC_ALL=C.UTF-8");
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> arguments("UTF-8", false).requireIntact("VALUE", LOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("VALUE has bytes that are not UTF-8");
    }

    @Test
    void whatWasTypedPasses() {
        assertThatNoException()
                .isThrownBy(
                        () -> {
                            arguments("ANSI_X3.4-1968", false).requireIntact("KEY", "plain");
                            arguments("ISO-8859-1", false).requireIntact("KEY", "caf\u00e9");
                            arguments("UTF-8", true).requireIntact("KEY", LOST);
                            arguments("ANSI_X3.4-1968", false).requireIntact("VALUE", null);
                        });
    }

    private static KvArguments arguments(String encoding, boolean encoded) {
        return new KvArguments(encoding, () -> encoded);
    }
}
