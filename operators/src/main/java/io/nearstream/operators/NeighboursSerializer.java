package io.nearstream.operators;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: the element as its own serializer has it, count (int32), and each neighbour's id (UTF),
 * distance (float64), time (int64) and sequence (int64).
 *
 * @param <T> the elements
 */
public final class NeighboursSerializer<T> extends TypeSerializer<Neighbours<T>> {
    private static final long serialVersionUID = 1L;

    private final TypeSerializer<T> elements;

    public NeighboursSerializer(TypeSerializer<T> elements) {
        this.elements = elements;
    }

    @Override
    public boolean isImmutableType() {
        return elements.isImmutableType();
    }

    @Override
    public TypeSerializer<Neighbours<T>> duplicate() {
        TypeSerializer<T> own = elements.duplicate();
        return own == elements ? this : new NeighboursSerializer<>(own);
    }

    /** There are no empty neighbours; Flink reads instances, it never fills this one. */
    @Override
    public Neighbours<T> createInstance() {
        return null;
    }

    @Override
    public Neighbours<T> copy(Neighbours<T> from) {
        return isImmutableType()
                ? from
                : new Neighbours<>(elements.copy(from.element()), from.nearest());
    }

    @Override
    public Neighbours<T> copy(Neighbours<T> from, Neighbours<T> reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(Neighbours<T> neighbours, DataOutputView out) throws IOException {
        elements.serialize(neighbours.element(), out);
        out.writeInt(neighbours.nearest().size());
        for (Neighbour neighbour : neighbours.nearest()) {
            out.writeUTF(neighbour.id());
            out.writeDouble(neighbour.distance());
            out.writeLong(neighbour.time());
            out.writeLong(neighbour.sequence());
        }
    }

    @Override
    public Neighbours<T> deserialize(DataInputView in) throws IOException {
        T element = elements.deserialize(in);
        int count = in.readInt();
        List<Neighbour> nearest = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nearest.add(new Neighbour(in.readUTF(), in.readDouble(), in.readLong(), in.readLong()));
        }
        return new Neighbours<>(element, nearest);
    }

    @Override
    public Neighbours<T> deserialize(Neighbours<T> reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NeighboursSerializer<?> that && elements.equals(that.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<Neighbours<T>> snapshotConfiguration() {
        return new Snapshot<>(this);
    }

    /**
     * Written into savepoints where neighbours lie in state; Flink loads it by name.
     *
     * @param <T> the elements
     */
    public static final class Snapshot<T>
            extends CompositeTypeSerializerSnapshot<Neighbours<T>, NeighboursSerializer<T>> {
        private static final int FORMAT_1 = 1;

        /** For reading. */
        public Snapshot() {}

        Snapshot(NeighboursSerializer<T> of) {
            super(of);
        }

        @Override
        protected int getCurrentOuterSnapshotVersion() {
            return FORMAT_1;
        }

        @Override
        protected TypeSerializer<?>[] getNestedSerializers(NeighboursSerializer<T> of) {
            return new TypeSerializer<?>[] {of.elements};
        }

        @Override
        @SuppressWarnings("unchecked") // the only nested one, as it was given
        protected NeighboursSerializer<T> createOuterSerializerWithNestedSerializers(
                TypeSerializer<?>[] nested) {
            return new NeighboursSerializer<>((TypeSerializer<T>) nested[0]);
        }
    }
}
