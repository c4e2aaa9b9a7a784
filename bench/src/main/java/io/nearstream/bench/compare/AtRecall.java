package io.nearstream.bench.compare;

import io.nearstream.bench.compare.Figure.Single;
import io.nearstream.bench.peer.SweepPoint;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures of a sweep at a recall that lies between two of its points. Stateless. */
final class AtRecall {
    private AtRecall() {}

    /**
     * Interpolates linearly over recall between the first two neighbouring points, by rising
     * parameter, that have the recall between them. Never goes beyond what was measured.
     *
     * @param points by rising parameter
     */
    static Single of(
            String system,
            List<SweepPoint> points,
            double recall,
            ToDoubleFunction<SweepPoint> figure) {
        for (SweepPoint point : points) {
            if (point.recall() == recall) {
                return Single.of(figure.applyAsDouble(point));
            }
        }
        for (int i = 1; i < points.size(); i++) {
            SweepPoint below = points.get(i - 1);
            SweepPoint above = points.get(i);
            if (below.recall() < recall && recall < above.recall()) {
                double share = (recall - below.recall()) / (above.recall() - below.recall());
                double from = figure.applyAsDouble(below);
                return Single.of(from + share * (figure.applyAsDouble(above) - from));
            }
        }
        return Single.none(
                "%s has no points on both sides of recall %s: its %d reach from %.4f to %.4f"
                        .formatted(
                                system,
                                recall,
                                points.size(),
                                points.stream().mapToDouble(SweepPoint::recall).min().orElse(0),
                                points.stream().mapToDouble(SweepPoint::recall).max().orElse(0)));
    }
}
