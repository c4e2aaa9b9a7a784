package io.nearstream.jobs.batch;

import io.nearstream.core.model.RefusedException;
import io.nearstream.core.partition.StableRandom;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorFile;
import io.nearstream.formats.VectorRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Some rows of a file, each with the same probability (a reservoir: Vitter 1985, algorithm R), and
 * how many it has.
 *
 * @param vectors the sample, checked
 * @param rows of the whole file
 */
record BaseSample(List<byte[]> vectors, long rows) {
    /** Of a row beside its vector: headers, references, a number. */
    private static final int ROW_BYTES = 56;

    /**
     * Reads the file once.
     *
     * @param most vectors of the sample
     * @param heapBytes that these may take
     * @throws BatchFailure if one of the sample is no vector of the space, or they take more
     */
    static BaseSample read(
            VectorFile file,
            VectorSpace space,
            int most,
            long heapBytes,
            long seed,
            BatchProgress progress)
            throws IOException {
        long fit = heapBytes / (space.vectorBytes() + ROW_BYTES);
        progress.stage("sample", file.rows());
        StableRandom random = new StableRandom(seed);
        List<byte[]> sample = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        long count = 0;
        try (VectorRows rows = file.read()) {
            while (rows.advance()) {
                count++;
                if (sample.size() < most) {
                    if (sample.size() >= fit) {
                        throw HeapLeft.tooMuch(
                                heapBytes, file.path() + ": a sample of " + most + " rows");
                    }
                    sample.add(rows.vector());
                    numbers.add(rows.row());
                } else {
                    long place = Long.remainderUnsigned(random.nextLong(), count);
                    if (place < most) {
                        sample.set((int) place, rows.vector());
                        numbers.set((int) place, rows.row());
                    }
                }
                if (count % 1_000 == 0) {
                    progress.to(count);
                }
            }
        }
        for (int i = 0; i < sample.size(); i++) {
            check(file, space, sample.get(i), numbers.get(i));
        }
        return new BaseSample(sample, count);
    }

    private static void check(VectorFile file, VectorSpace space, byte[] vector, long row) {
        try {
            space.check(vector);
        } catch (RefusedException bad) {
            throw new BatchFailure(
                    "%s, row %d: %s".formatted(file.path(), row, bad.getMessage()), bad);
        }
    }
}
