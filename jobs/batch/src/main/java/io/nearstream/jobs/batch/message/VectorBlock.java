package io.nearstream.jobs.batch.message;

import io.nearstream.operators.state.Parts;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Rows of a file, one behind the other.
 *
 * @param first number of the first row
 * @param count rows, 1 or more
 * @param vectors of all rows, each as long as the others
 */
public record VectorBlock(long first, int count, byte[] vectors) implements MessageFormat.Message {
    public static final TypeInformation<VectorBlock> TYPE =
            MessageFormat.type(VectorBlock.class, VectorBlock::read);

    @Override
    public void write(DataOutputView out) throws IOException {
        out.writeLong(first);
        out.writeInt(count);
        Parts.writeBytes(vectors, out);
    }

    private static VectorBlock read(DataInputView in) throws IOException {
        return new VectorBlock(in.readLong(), in.readInt(), Parts.readBytes(in));
    }
}
