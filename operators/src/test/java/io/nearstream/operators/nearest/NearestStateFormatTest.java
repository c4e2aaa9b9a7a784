package io.nearstream.operators.nearest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.Near;
import io.nearstream.core.model.Version;
import io.nearstream.operators.Neighbour;
import io.nearstream.operators.Neighbours;
import io.nearstream.operators.NeighboursSerializer;
import io.nearstream.operators.join.VisitSerializer;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Bytes written by release 0.1; a change here breaks every savepoint with such a search in it. */
class NearestStateFormatTest {
    private static <T> String written(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        byte[] bytes = out.getCopyOfBuffer();
        assertThat(serializer.deserialize(new DataInputDeserializer(bytes))).isEqualTo(value);
        DataOutputSerializer copied = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(bytes), copied);
        assertThat(copied.getCopyOfBuffer()).isEqualTo(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void sharesAreAsTheyWere() throws IOException {
        Share share = new Share(3, 2, List.of(new Near("a", new Version(5, 1, 7), 1)));
        assertThat(written(ShareSerializer.INSTANCE, share))
                .isEqualTo(
                        "0000000000000003"
                                + "00000002"
                                + "00000001"
                                + "000161"
                                + "0000000000000005"
                                + "00000001"
                                + "0000000000000007"
                                + "3ff0000000000000");
    }

    /** A visit of the join, which says in its version who asks, and comes last of its time. */
    @Test
    void probesAreAsTheyWere() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        VisitSerializer.INSTANCE.serialize(AskOperator.probe(4, 9, 5, new byte[] {10, 11}), out);
        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer()))
                .isEqualTo(
                        "00000004"
                                + "01"
                                + "01"
                                + "0000"
                                + "0000000000000005"
                                + "7fffffff"
                                + "0000000000000009"
                                + "0000000000000005"
                                + "00000000"
                                + "00000002"
                                + "0a0b"
                                + "7fc00000"
                                + "7f800000");
    }

    @Test
    void whatUsersSeeIsAsItWas() throws IOException {
        NeighboursSerializer<Integer> serializer =
                new NeighboursSerializer<>(IntSerializer.INSTANCE);
        Neighbours<Integer> neighbours = new Neighbours<>(6, List.of(new Neighbour("a", 1, 5, 7)));
        assertThat(written(serializer, neighbours))
                .isEqualTo(
                        "00000006"
                                + "00000001"
                                + "000161"
                                + "3ff0000000000000"
                                + "0000000000000005"
                                + "0000000000000007");
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<Neighbours<Integer>> read =
                TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                        new DataInputDeserializer(out.getCopyOfBuffer()),
                        getClass().getClassLoader());
        assertThat(read.restoreSerializer()).isEqualTo(serializer);
        assertThat(
                        serializer
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(read)
                                .isCompatibleAsIs())
                .isTrue();
    }
}
