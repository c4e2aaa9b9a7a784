package io.nearstream.jobs.batch.message;

import io.nearstream.operators.state.RecordFormat;
import io.nearstream.operators.state.RecordType;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The serializer of a message that says itself how it is written. Of messages between operators
 * only: a state of it cannot be taken.
 *
 * @param <T> the message
 */
final class MessageFormat<T extends MessageFormat.Message> extends RecordFormat<T> {
    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final Reading<T> reading;

    /** What is written. */
    interface Message {
        void write(DataOutputView out) throws IOException;
    }

    /** How it is read. */
    @FunctionalInterface
    interface Reading<T> extends Serializable {
        T read(DataInputView in) throws IOException;
    }

    private MessageFormat(Class<T> type, Reading<T> reading) {
        this.type = type;
        this.reading = reading;
    }

    static <T extends Message> TypeInformation<T> type(Class<T> type, Reading<T> reading) {
        return RecordType.of(type, new MessageFormat<>(type, reading));
    }

    @Override
    public void serialize(T message, DataOutputView out) throws IOException {
        message.write(out);
    }

    @Override
    public T deserialize(DataInputView in) throws IOException {
        return reading.read(in);
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
        throw new UnsupportedOperationException(
                type.getSimpleName() + " is a message and has no place in a state.");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageFormat<?> that && type == that.type;
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }
}
