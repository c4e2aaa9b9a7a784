package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.formats.TruthFile;
import io.nearstream.jobs.batch.message.Hits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecallTallyTest {
    private static final TruthFile TRUTH =
            new TruthFile(
                    Path.of("truth.ivecs"), List.of(new int[] {1, 2, 3}, new int[] {4, 5, 6}));

    private static Hits hits(long first, int count, int... rows) {
        return new Hits(first, count, rows, new double[rows.length]);
    }

    @Test
    void countsTrueNeighboursWhereverTheyStand() throws IOException {
        RecallTally tally = new RecallTally(TRUTH, 2);
        assertThat(tally.recall()).isZero();
        // The third true neighbour is none of the two.
        tally.judge(hits(0, 1, 2, 3));
        assertThat(tally.recall()).isEqualTo(.5);
        tally.judge(hits(1, 1, 5, 4));
        assertThat(tally.recall()).isEqualTo(.75);
    }

    @Test
    void whatWasNotFoundIsNotRight() throws IOException {
        RecallTally tally = new RecallTally(TRUTH, 2);
        tally.judge(hits(0, 2, Hits.NONE, Hits.NONE, 4, Hits.NONE));
        assertThat(tally.recall()).isEqualTo(.25);
    }

    @Test
    void aTruthThatKnowsTooLittleIsRefused() throws IOException {
        assertThatThrownBy(() -> new RecallTally(TRUTH, 4))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("knows 3 neighbours of a query, but --k is 4");
        RecallTally tally = new RecallTally(TRUTH, 1);
        assertThatThrownBy(() -> tally.judge(hits(1, 2, 4, 7)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("knows 2 queries");
    }
}
