package io.nearstream.jobs.batch.message;

import io.nearstream.operators.state.Parts;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The nearest rows of each query of a block, as one subtask or all know them: k places a query,
 * nearest first, ties by the lower row; places that nothing was found for are {@link #NONE} and
 * infinite.
 *
 * @param first number of the block's first query
 * @param count queries of the block
 * @param rows k for each query
 * @param scores k for each query: what {@link io.nearstream.core.similarity.VectorSpace#score}
 *     gives, or distances once all is merged
 */
public record Hits(long first, int count, int[] rows, double[] scores)
        implements MessageFormat.Message {
    /** No row. */
    public static final int NONE = -1;

    public static final TypeInformation<Hits> TYPE = MessageFormat.type(Hits.class, Hits::read);

    /** Places of each query. */
    public int k() {
        return rows.length / count;
    }

    @Override
    public void write(DataOutputView out) throws IOException {
        out.writeLong(first);
        out.writeInt(count);
        Parts.writeInts(rows, out);
        for (double score : scores) {
            out.writeDouble(score);
        }
    }

    private static Hits read(DataInputView in) throws IOException {
        long first = in.readLong();
        int count = in.readInt();
        int[] rows = Parts.readInts(in);
        double[] scores = new double[rows.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = in.readDouble();
        }
        return new Hits(first, count, rows, scores);
    }
}
