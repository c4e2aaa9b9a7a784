package io.nearstream.jobs.batch.message;

import io.nearstream.operators.state.Parts;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Rows of the base for one subtask: entry i says that row {@code rows[i]} lies in {@code
 * buckets[i]}, and its vector is the one at place {@code places[i]}. A row of several buckets of
 * the subtask has an entry for each and its vector once.
 *
 * @param target the subtask
 * @param rows by entry
 * @param buckets by entry
 * @param places by entry
 * @param vectors one behind the other
 */
public record PlacedRows(int target, int[] rows, int[] buckets, int[] places, byte[] vectors)
        implements MessageFormat.Message {
    public static final TypeInformation<PlacedRows> TYPE =
            MessageFormat.type(PlacedRows.class, PlacedRows::read);

    @Override
    public void write(DataOutputView out) throws IOException {
        out.writeInt(target);
        Parts.writeInts(rows, out);
        Parts.writeInts(buckets, out);
        Parts.writeInts(places, out);
        Parts.writeBytes(vectors, out);
    }

    private static PlacedRows read(DataInputView in) throws IOException {
        return new PlacedRows(
                in.readInt(),
                Parts.readInts(in),
                Parts.readInts(in),
                Parts.readInts(in),
                Parts.readBytes(in));
    }
}
