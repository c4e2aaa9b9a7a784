package io.nearstream.bench.compare;

import io.nearstream.bench.Around;
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
        List<SweepPoint> around = Around.recall(points, SweepPoint::recall, recall);
        if (!around.isEmpty()) {
            SweepPoint below = around.get(0);
            SweepPoint above = around.get(around.size() - 1);
            double step = above.recall() - below.recall();
            double share = step == 0 ? 0 : (recall - below.recall()) / step;
            double from = figure.applyAsDouble(below);
            return Single.of(from + share * (figure.applyAsDouble(above) - from));
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
