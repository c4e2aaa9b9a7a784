package io.nearstream.core.join;

import io.nearstream.core.model.Version;
import java.util.Comparator;

/**
 * A record that is near to a vector.
 *
 * @param id of the record
 * @param version that is near
 * @param distance from the vector, by the metric
 */
public record Near(String id, Version version, double distance) {
    /** By distance; equally near ones by id, so that an answer does not depend on places. */
    public static final Comparator<Near> NEAREST_FIRST =
            Comparator.comparingDouble(Near::distance).thenComparing(Near::id);
}
