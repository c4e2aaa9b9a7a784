package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UnseenTest {
    private final CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 1, 2, 1);
    private final RoutingSpace space = new RoutingSpace(settings);

    private Unseen unseen(byte[] centroids, byte[][] points, int... homes) {
        int[] groups = new int[centroids.length];
        Arrays.fill(groups, 1);
        Cells cells = new Cells(space, new Codebook(space, centroids, groups), 0);
        return new Unseen(cells, points, homes);
    }

    @Test
    void aPointAloneInItsCellGoesToTheNextOne() {
        byte[][] points = {{10}, {50}, {60}};
        Unseen unseen = unseen(new byte[] {10, 55}, points, 0, 1, 1);
        assertThat(unseen.place(0)).containsExactly(1);
    }

    @Test
    void aPointThatPulledItsCentroidGoesWhereItWouldHaveGone() {
        byte[][] points = {{20}, {40}, {52}};
        // Without 40 the first centroid would be 20: 20 away, and the other one 12.
        Unseen unseen = unseen(new byte[] {30, 52}, points, 0, 0, 1);
        assertThat(unseen.place(1)).containsExactly(1);
        assertThat(unseen.place(0)).containsExactly(0);
    }

    @Test
    void theOnlyCellIsHomeOfAll() {
        byte[][] points = {{7}};
        assertThat(unseen(new byte[] {7}, points, 0).place(0)).containsExactly(0);
    }
}
