package io.nearstream.jobs.standing;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.io.Serializable;

/**
 * What tasks know of the collection whose standing queries are kept.
 *
 * @param name as registrations have it
 * @param uid its incarnation
 * @param metric of its vectors
 * @param encoding of its vectors
 * @param dimensions of its vectors
 */
record KeptCollection(String name, long uid, Metric metric, Encoding encoding, int dimensions)
        implements Serializable {
    static KeptCollection of(CollectionSettings settings) {
        return new KeptCollection(
                settings.name(),
                settings.uid(),
                settings.metric(),
                settings.encoding(),
                settings.dimensions());
    }

    VectorSpace space() {
        return VectorSpace.of(metric, encoding, dimensions);
    }
}
