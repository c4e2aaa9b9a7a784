package io.nearstream.jobs.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BandsTest {
    @Test
    void asManyHashesAsFindNearlyAllPairsInTwentyTables() {
        assertThat(Bands.finding(.8)).isEqualTo(new Bands(18, 5));
        assertThat(Bands.finding(.5)).isEqualTo(new Bands(10, 1));
        assertThat(Bands.finding(1)).as("equal ones only").isEqualTo(new Bands(1, 32));
        for (double similarity = .2; similarity <= 1; similarity += .01) {
            assertThat(Bands.finding(similarity).found(similarity)).isGreaterThanOrEqualTo(.999);
        }
    }

    @Test
    void unlikeSetsAreFoundAsWellAsTablesAllow() {
        assertThat(Bands.finding(.2)).isEqualTo(new Bands(31, 1));
        assertThat(Bands.finding(.1)).isEqualTo(new Bands(32, 1));
        assertThat(Bands.finding(.1).found(.1)).isBetween(.965, .966);
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new Bands(33, 1))
                .hasMessageContaining("--tables must be between 1 and 32, but was 33");
        assertThatThrownBy(() -> new Bands(1, 0))
                .hasMessageContaining("--hashes must be between 1 and 32, but was 0");
    }
}
