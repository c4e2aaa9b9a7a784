package io.nearstream.operators.state;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The serializer of an immutable record, written by hand. A subclass adds how a record is written
 * and read, and a {@link Written} that Flink finds by its class name in savepoints. The bytes of a
 * format never change; a test pins them.
 *
 * @param <T> an immutable type; instances are shared, never copied
 */
public abstract class RecordFormat<T> extends TypeSerializerSingleton<T> {
    private static final long serialVersionUID = 1L;

    @Override
    public final boolean isImmutableType() {
        return true;
    }

    /** There is no empty record; Flink reads instances, it never fills this one. */
    @Override
    public final T createInstance() {
        return null;
    }

    @Override
    public final T copy(T from) {
        return from;
    }

    @Override
    public final T copy(T from, T reuse) {
        return from;
    }

    @Override
    public final int getLength() {
        return -1;
    }

    @Override
    public final T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public final void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    /**
     * What a savepoint says of a serializer: its format number. A subclass is public, has a public
     * constructor without arguments and names the serializer of the current format.
     *
     * @param <T> the serializer's type
     */
    public abstract static class Written<T> implements TypeSerializerSnapshot<T> {
        private final int current;
        private final int oldest;
        private int format;

        protected Written(int current) {
            this(current, 1);
        }

        /**
         * @param oldest format that the serializer still reads
         */
        protected Written(int current, int oldest) {
            this.current = current;
            this.oldest = oldest;
            this.format = current;
        }

        @Override
        public final int getCurrentVersion() {
            return current;
        }

        @Override
        public final void writeSnapshot(DataOutputView out) {
            // The number is all: Flink writes it.
        }

        @Override
        public final void readSnapshot(int written, DataInputView in, ClassLoader loader)
                throws IOException {
            if (written > current) {
                throw new IOException(
                        "%s: the state has format %d, but this build reads up to %d. Use the build that wrote it or a newer one."
                                .formatted(getClass().getName(), written, current));
            }
            if (written < oldest) {
                throw new IOException(
                        "%s: the state has format %d, but this build reads %d and later ones. Start without this state."
                                .formatted(getClass().getName(), written, oldest));
            }
            format = written;
        }

        @Override
        public abstract TypeSerializer<T> restoreSerializer();

        @Override
        public final TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
                TypeSerializerSnapshot<T> old) {
            if (!(old instanceof Written<T> other) || old.getClass() != getClass()) {
                return TypeSerializerSchemaCompatibility.incompatible();
            }
            return other.format == current
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
        }
    }
}
