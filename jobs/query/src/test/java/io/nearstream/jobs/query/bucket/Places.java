package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.testing.Samples;
import java.util.List;

/** Rows of the collection {@link Samples#PLACES} that all have one vector. */
final class Places {
    static final long UID = Samples.PLACES.uid();
    static final byte[] VECTOR = Vectors.fromFloats(.1f, .2f, .3f, .4f);

    private Places() {}

    /** The collection, with its first learned generation. */
    static TestingDirectory learned() {
        return new TestingDirectory()
                .create(Samples.PLACES, 10)
                .publish(Samples.PLACES, Samples.PLACES_1, 20);
    }

    static byte[] row(String id, long time) {
        return EntryRow.put(
                id, Samples.version(time), 1, IndexChange.NEVER, List.of(), false, VECTOR);
    }

    /** The ids of a share's hits to its first query vector. */
    static List<String> ids(Partial share) {
        return share.answers().get(0).hits().stream()
                .map(hit -> EntryRow.id(hit.row(), 0))
                .toList();
    }
}
