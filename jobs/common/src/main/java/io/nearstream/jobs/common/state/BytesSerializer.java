package io.nearstream.jobs.common.state;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Bytes that nobody changes: int32 length, then these. A subclass says what they are, and has the
 * {@link RecordSerializer.Format} that savepoints name.
 */
public abstract class BytesSerializer extends RecordSerializer<byte[]> {
    @Override
    public final void serialize(byte[] bytes, DataOutputView out) throws IOException {
        Fields.writeBytes(bytes, out);
    }

    @Override
    public final byte[] deserialize(DataInputView in) throws IOException {
        return Fields.readBytes(in);
    }
}
