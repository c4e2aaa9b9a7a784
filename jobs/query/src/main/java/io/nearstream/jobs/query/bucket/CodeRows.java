package io.nearstream.jobs.query.bucket;

import io.nearstream.core.codes.CodeReference;
import io.nearstream.core.codes.VectorCode;
import io.nearstream.jobs.query.entry.EntryRow;
import java.util.Arrays;

/**
 * The codes in a bucket's live rows, one behind the other, by row, so that they are scored in one
 * go. A row with its whole vector has a gap here. Not thread-safe.
 */
final class CodeRows {
    private final int codeBytes;
    private byte[] codes = new byte[0];
    private int count;

    CodeRows(int codeBytes) {
        this.codeBytes = codeBytes;
    }

    /** Takes over what was added to the rows since the last call. */
    void addNew(BucketRows rows) {
        if (count == rows.count()) {
            return;
        }
        int needed = Math.multiplyExact(rows.count(), codeBytes);
        if (needed > codes.length) {
            codes = Arrays.copyOf(codes, Math.max(needed, codes.length + codes.length / 2));
        }
        for (; count < rows.count(); count++) {
            byte[] block = rows.data(count);
            int row = rows.at(count);
            if (EntryRow.isCoded(block, row)) {
                int end = row + EntryRow.length(block, row);
                System.arraycopy(block, end - codeBytes, codes, count * codeBytes, codeBytes);
            }
        }
    }

    /** Estimates the scores of all rows; those of rows with their vectors mean nothing. */
    void score(VectorCode.Query query, CodeReference about, double[] scores) {
        query.score(about, codes, 0, count, scores, 0);
    }

    /** Bytes of heap. */
    long heapBytes() {
        return codes.length;
    }
}
