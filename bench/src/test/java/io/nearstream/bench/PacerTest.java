package io.nearstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PacerTest {
    @Test
    void momentsAreEvenlySpacedAndNeverInTheFuture() throws Exception {
        Pacer pacer = new Pacer(1_000);
        long first = pacer.awaitNext();
        for (int call = 1; call <= 50; call++) {
            long due = pacer.awaitNext();
            assertThat(due - first).isBetween(call * 1_000_000L - 1, call * 1_000_000L + 1);
            assertThat(due).isLessThanOrEqualTo(System.nanoTime());
        }
    }

    @Test
    void whoIsLateIsToldWhenItWasDue() throws Exception {
        Pacer pacer = new Pacer(1e9);
        long first = pacer.awaitNext();
        while (System.nanoTime() - first < 1_000_000) {
            Thread.onSpinWait();
        }
        assertThat(pacer.awaitNext() - first).isLessThan(1_000_000);
    }

    @Test
    void interruptsEndTheWait() {
        Pacer pacer = new Pacer(0.001);
        Thread.currentThread().interrupt();
        assertThatThrownBy(
                        () -> {
                            pacer.awaitNext(); // due at once
                            pacer.awaitNext();
                        })
                .isInstanceOf(InterruptedException.class);
    }
}
