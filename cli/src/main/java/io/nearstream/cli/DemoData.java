package io.nearstream.cli;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the demo loads, and what it asks. */
interface DemoData extends VectorSource {
    /** The settings of its collection, without a uid. */
    CollectionSettings settings();

    /** In a few words, for the headline. */
    String title();

    /** A few questions whose answers are shown. */
    List<DemoQuery> showcase() throws IOException;

    /** Questions for the figures, at most so many. */
    List<DemoQuery> sample(int most) throws IOException;

    /** How a user is asked for a question. */
    String prompt();

    /**
     * The question that a user typed.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    DemoQuery typed(String text) throws IOException;

    /** The vectors of these ids. */
    Map<String, byte[]> vectors(Set<String> ids) throws IOException;

    /**
     * For each question the true distance of its k-th neighbour; by an exact scan, unless there is
     * a better source.
     */
    default double[] trueDistances(List<DemoQuery> queries, int k) throws IOException {
        ExactScan scan = new ExactScan(VectorSpace.of(settings()), queries, k);
        forEach((id, vector) -> scan.offer(vector));
        return scan.distances();
    }

    /** Where {@link #trueDistances} come from, for people. */
    default String truth() {
        return "an exact scan";
    }
}
