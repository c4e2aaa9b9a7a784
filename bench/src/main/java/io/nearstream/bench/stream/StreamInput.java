package io.nearstream.bench.stream;

import io.nearstream.bench.SearchBench;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every system is given, in memory before a clock starts.
 *
 * @param runbook the steps
 * @param space that the vectors are in
 * @param rows vectors that the steps name
 * @param queries that every search step asks
 */
record StreamInput(Runbook runbook, VectorSpace space, List<byte[]> rows, List<byte[]> queries) {

    /**
     * Reads the files.
     *
     * @param queries rows of the query file that are used, at most
     * @throws IOException if a file cannot be read, or does not fit the others
     */
    static StreamInput read(StreamFiles files, Metric metric, Encoding encoding, int queries)
            throws IOException {
        VectorFile base = VectorFile.open(files.base()).in(encoding);
        List<byte[]> rows = rows(files, base);
        Runbook runbook = Runbook.read(files.runbook(), rows.size());
        if (runbook.byLabel() && files.labels().isEmpty()) {
            throw new IOException(
                    "%s: '%s' means classes by its ranges of rows: name a file with their labels in --labels."
                            .formatted(files.runbook(), runbook.name()));
        }
        return new StreamInput(
                runbook,
                VectorSpace.of(metric, encoding, base.dimensions()),
                rows,
                SearchBench.queries(files.query(), queries, base, encoding));
    }

    /** The base vectors, in the order of their labels where there are any. */
    private static List<byte[]> rows(StreamFiles files, VectorFile base) throws IOException {
        List<byte[]> rows = base.head(Integer.MAX_VALUE);
        if (files.labels().isEmpty()) {
            return rows;
        }
        VectorFile file = VectorFile.open(files.labels().get());
        List<byte[]> labels = file.head(Integer.MAX_VALUE);
        if (file.dimensions() != 1
                || file.encoding() != Encoding.UINT8
                || labels.size() != rows.size()) {
            throw new IOException(
                    "%s: there must be one byte for each of the %d rows of %s, but there are %d rows of %d values of %s."
                            .formatted(
                                    file.path(),
                                    rows.size(),
                                    base.path(),
                                    labels.size(),
                                    file.dimensions(),
                                    file.encoding()));
        }
        return IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingInt(row -> labels.get(row)[0] & 0xff))
                .map(rows::get)
                .toList();
    }
}
