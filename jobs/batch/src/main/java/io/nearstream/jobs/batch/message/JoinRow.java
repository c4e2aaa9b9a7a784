package io.nearstream.jobs.batch.message;

import io.nearstream.operators.state.Parts;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A row of a file that is joined.
 *
 * @param right whether it is of the right file
 * @param row its number there
 * @param vector in the encoding of the join
 */
public record JoinRow(boolean right, long row, byte[] vector) implements MessageFormat.Message {
    public static final TypeInformation<JoinRow> TYPE =
            MessageFormat.type(JoinRow.class, JoinRow::read);

    @Override
    public void write(DataOutputView out) throws IOException {
        out.writeBoolean(right);
        out.writeLong(row);
        Parts.writeBytes(vector, out);
    }

    private static JoinRow read(DataInputView in) throws IOException {
        return new JoinRow(in.readBoolean(), in.readLong(), Parts.readBytes(in));
    }
}
