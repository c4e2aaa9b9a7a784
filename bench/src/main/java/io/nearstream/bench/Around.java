package io.nearstream.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Which steps of a sweep lie around a recall. Stateless. */
public final class Around {
    private Around() {}

    /**
     * The point that has the recall exactly; else the first two neighbours that have it between
     * them; else none.
     *
     * @param points by rising parameter
     * @param of the recall of a point
     */
    public static <P> List<P> recall(List<P> points, ToDoubleFunction<P> of, double recall) {
        for (P point : points) {
            if (of.applyAsDouble(point) == recall) {
                return List.of(point);
            }
        }
        for (int i = 1; i < points.size(); i++) {
            P below = points.get(i - 1);
            P above = points.get(i);
            if (of.applyAsDouble(below) < recall && recall < of.applyAsDouble(above)) {
                return List.of(below, above);
            }
        }
        return List.of();
    }
}
