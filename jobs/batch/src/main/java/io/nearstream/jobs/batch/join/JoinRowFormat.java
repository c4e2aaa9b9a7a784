package io.nearstream.jobs.batch.join;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorRows;
import io.nearstream.jobs.batch.BatchFailure;
import io.nearstream.jobs.batch.message.JoinRow;
import io.nearstream.jobs.batch.search.Conversions;
import io.nearstream.jobs.common.files.VectorFileFormat;
import java.io.IOException;
import java.nio.file.Path;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Reads the rows of a side, checked, in the encoding of the join. */
final class JoinRowFormat extends VectorFileFormat<JoinRow> {
    private static final long serialVersionUID = 1L;
    private static final int BATCH = 64;

    private final JoinSpec spec;
    private final JoinSpec.Side side;

    JoinRowFormat(JoinSpec spec, JoinSpec.Side side) {
        super(BATCH);
        this.spec = spec;
        this.side = side;
    }

    @Override
    @Nullable
    protected JoinRow read(Path file, VectorRows rows) throws IOException {
        if (!rows.advance()) {
            return null;
        }
        VectorSpace space = spec.space();
        byte[] vector = Conversions.convert(rows.vector(), side.encoding(), space.encoding());
        if (space.encoding() == Encoding.SET64) {
            vector = Sets.repeated(vector, spec.dimensions()); // those of the other file are larger
        }
        try {
            space.check(vector);
        } catch (RefusedException bad) {
            throw new BatchFailure(
                    "%s, row %d: %s".formatted(file, rows.row(), bad.getMessage()), bad);
        }
        return new JoinRow(side.right(), rows.row(), vector);
    }

    @Override
    protected boolean pass(Path file, VectorRows rows) throws IOException {
        return rows.advance();
    }

    @Override
    public TypeInformation<JoinRow> getProducedType() {
        return JoinRow.TYPE;
    }
}
