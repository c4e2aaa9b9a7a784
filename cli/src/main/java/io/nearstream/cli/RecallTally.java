package io.nearstream.cli;

import io.nearstream.formats.TruthFile;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.message.Hits;
import java.io.IOException;

/**
 * How many of the true neighbours were found. A neighbour counts by its row: one that is as near as
 * the last true one, and another row, does not, so the recall is never told too high. Belongs to
 * one thread.
 */
final class RecallTally {
    private final TruthFile truth;
    private final int k;
    private long found;
    private long judged;

    /**
     * @param k neighbours of each query that are judged
     * @throws IOException if the truth does not go so far
     */
    RecallTally(TruthFile truth, int k) throws IOException {
        if (truth.depth() < k) {
            throw new IOException(
                    "%s knows %d neighbours of a query, but --k is %d."
                            .formatted(truth.path(), truth.depth(), k));
        }
        this.truth = truth;
        this.k = k;
    }

    /**
     * Fails, before a run, where the truth does not know all its queries.
     *
     * @throws IOException if so, or the file cannot be read: whole, where its name tells no count
     */
    void requireAll(VectorFile queries) throws IOException {
        long count = queries.countRows();
        if (count > truth.neighbours().size()) {
            throw new IOException(
                    "%s knows %,d queries, but %s has %,d."
                            .formatted(
                                    truth.path(),
                                    truth.neighbours().size(),
                                    queries.path(),
                                    count));
        }
    }

    /** Judges the answers to the queries of a block. */
    void judge(Hits hits) throws IOException {
        if (hits.first() + hits.count() > truth.neighbours().size()) {
            throw new IOException(
                    "%s knows %,d queries, but there is a query %,d."
                            .formatted(
                                    truth.path(),
                                    truth.neighbours().size(),
                                    hits.first() + hits.count()));
        }
        for (int query = 0; query < hits.count(); query++) {
            int[] wanted = truth.neighbours().get((int) hits.first() + query);
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < k; j++) {
                    found += hits.rows()[query * k + j] == wanted[i] ? 1 : 0;
                }
            }
            judged += k;
        }
    }

    /** The share of true neighbours that was found; 0 where nothing was judged. */
    double recall() {
        return judged == 0 ? 0 : found / (double) judged;
    }
}
