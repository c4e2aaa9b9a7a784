package io.nearstream.jobs.batch.search;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorRows;
import io.nearstream.jobs.batch.BatchFailure;
import io.nearstream.jobs.batch.message.VectorBlock;
import io.nearstream.jobs.common.files.VectorFileFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Reads blocks of rows, checked, in the encoding of the search. */
final class BlockFormat extends VectorFileFormat<VectorBlock> {
    private static final long serialVersionUID = 1L;

    private final SearchSpec spec;
    private final Encoding from;
    private final int rowsPerBlock;

    /**
     * @param from how the file's vectors are written
     * @param rowsPerBlock at most, 1 or more
     */
    BlockFormat(SearchSpec spec, Encoding from, int rowsPerBlock) {
        super(1);
        this.spec = spec;
        this.from = from;
        this.rowsPerBlock = rowsPerBlock;
    }

    @Override
    @Nullable
    protected VectorBlock read(Path file, VectorRows rows) throws IOException {
        VectorSpace space = spec.space();
        ByteArrayOutputStream vectors =
                new ByteArrayOutputStream(rowsPerBlock * space.vectorBytes());
        long first = -1;
        int count = 0;
        while (count < rowsPerBlock && rows.advance()) {
            first = count == 0 ? rows.row() : first;
            byte[] vector = Conversions.convert(rows.vector(), from, space.encoding());
            try {
                space.check(vector);
            } catch (RefusedException bad) {
                throw new BatchFailure(
                        "%s, row %d: %s".formatted(file, rows.row(), bad.getMessage()), bad);
            }
            vectors.writeBytes(vector);
            count++;
        }
        return count == 0 ? null : new VectorBlock(first, count, vectors.toByteArray());
    }

    @Override
    public TypeInformation<VectorBlock> getProducedType() {
        return VectorBlock.TYPE;
    }
}
