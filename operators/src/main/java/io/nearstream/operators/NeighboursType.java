package io.nearstream.operators;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The Flink type of {@link Neighbours}. Not a key.
 *
 * @param <T> the elements
 */
public final class NeighboursType<T> extends TypeInformation<Neighbours<T>> {
    private static final long serialVersionUID = 1L;

    private final TypeInformation<T> elements;

    public NeighboursType(TypeInformation<T> elements) {
        this.elements = elements;
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
    @SuppressWarnings("unchecked") // a class has no type arguments
    public Class<Neighbours<T>> getTypeClass() {
        return (Class<Neighbours<T>>) (Class<?>) Neighbours.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<Neighbours<T>> createSerializer(SerializerConfig config) {
        return new NeighboursSerializer<>(elements.createSerializer(config));
    }

    @Override
    public String toString() {
        return "Neighbours<" + elements + ">";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NeighboursType<?> that && elements.equals(that.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof NeighboursType;
    }
}
