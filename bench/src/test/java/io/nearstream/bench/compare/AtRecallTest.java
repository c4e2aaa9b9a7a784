package io.nearstream.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.bench.compare.Figure.Single;
import io.nearstream.bench.peer.SweepPoint;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtRecallTest {
    private static SweepPoint point(int parameter, double recall, double qps) {
        return new SweepPoint(parameter, recall, qps, 1, 2, 3);
    }

    private static Single qps(List<SweepPoint> points) {
        return AtRecall.of("it", points, 0.95, SweepPoint::qps);
    }

    @Test
    void liesBetweenTheNeighbouringPoints() {
        Single single =
                qps(List.of(point(1, 0.9, 2_000), point(2, 0.94, 1_500), point(3, 0.98, 1_000)));

        assertThat(single.reason()).isEmpty();
        assertThat(single.number()).isCloseTo(1_375, within(1e-6));
    }

    @Test
    void aPointOfThatRecallIsTakenAsItIs() {
        assertThat(qps(List.of(point(1, 0.95, 700))).number()).isEqualTo(700);
    }

    @Test
    void nothingIsExtrapolated() {
        assertThat(qps(List.of(point(1, 0.96, 900), point(2, 0.99, 800))).reason())
                .hasValueSatisfying(
                        why -> assertThat(why).contains("it", "0.95", "0.9600 to 0.9900"));
        assertThat(qps(List.of(point(1, 0.5, 900), point(2, 0.94, 800))).reason()).isPresent();
    }

    @Test
    void neverLeavesTheRangeOfItsNeighbours() {
        Property.holds(
                random -> {
                    List<SweepPoint> points = new ArrayList<>();
                    for (int i = 0; i < 2 + random.nextInt(8); i++) {
                        points.add(point(i, random.nextDouble(), 1 + random.nextInt(1_000)));
                    }
                    Single single = qps(points);
                    if (single.reason().isEmpty()) {
                        assertThat(single.number())
                                .isBetween(
                                        points.stream()
                                                .mapToDouble(SweepPoint::qps)
                                                .min()
                                                .orElseThrow(),
                                        points.stream()
                                                .mapToDouble(SweepPoint::qps)
                                                .max()
                                                .orElseThrow());
                    } else {
                        for (int i = 1; i < points.size(); i++) {
                            assertThat(
                                            points.get(i - 1).recall() < 0.95
                                                    && points.get(i).recall() > 0.95)
                                    .isFalse();
                        }
                    }
                });
    }
}
