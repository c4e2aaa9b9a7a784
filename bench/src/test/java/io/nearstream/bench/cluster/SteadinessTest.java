package io.nearstream.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SteadinessTest {
    @Test
    void whatStaysTheSameIsSteady() {
        assertThat(Steadiness.isSteady(List.of(10.0, 50.0, 100.0, 102.0, 99.0, 101.0))).isTrue();
    }

    @Test
    void tooFewWindowsAreNot() {
        assertThat(Steadiness.isSteady(List.of(100.0, 100.0, 100.0))).isFalse();
        assertThat(Steadiness.isSteady(List.of())).isFalse();
    }

    @Test
    void whatStillRisesIsNot() {
        assertThat(Steadiness.isSteady(List.of(100.0, 101.0, 105.0, 106.0))).isFalse();
    }

    @Test
    void whatJumpsIsNot() {
        assertThat(Steadiness.isSteady(List.of(100.0, 120.0, 100.0, 120.0))).isFalse();
    }

    @Test
    void nothingAtAllIsNot() {
        assertThat(Steadiness.isSteady(List.of(0.0, 0.0, 0.0, 0.0))).isFalse();
    }
}
