package io.nearstream.operators.state;

import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The Flink type of a record that has a {@link RecordFormat}. Not a key.
 *
 * @param <T> the record
 */
public final class RecordType<T> extends TypeInformation<T> {
    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final RecordFormat<T> format;

    private RecordType(Class<T> type, RecordFormat<T> format) {
        this.type = type;
        this.format = format;
    }

    /** The type of a record. */
    public static <T> RecordType<T> of(Class<T> type, RecordFormat<T> format) {
        return new RecordType<>(type, format);
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return format;
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordType<?> that
                && type == that.type
                && format.equals(that.format);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, format);
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof RecordType;
    }
}
