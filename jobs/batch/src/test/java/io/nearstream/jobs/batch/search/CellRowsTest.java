package io.nearstream.jobs.batch.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.jobs.batch.BatchFailure;
import org.junit.jupiter.api.Test;

class CellRowsTest {
    private static final int BYTES = 3_136;

    @Test
    void aCellGrowsToWhatAnArrayHolds() {
        int most = (Integer.MAX_VALUE - 8) / BYTES;
        assertThat(CellRows.grown(8, BYTES, 3)).isEqualTo(16);
        assertThat(CellRows.grown(1_000, BYTES, 3)).isEqualTo(1_250);
        assertThat(CellRows.grown(most - 1, BYTES, 3)).isEqualTo(most);
        assertThatThrownBy(() -> CellRows.grown(most, BYTES, 3))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("Cell 3")
                .hasMessageContaining("--cells");
        // Of rows of one byte there are as many as numbers.
        assertThat(CellRows.grown(2_000_000_000, 1, 0)).isEqualTo(Integer.MAX_VALUE - 8);
    }
}
