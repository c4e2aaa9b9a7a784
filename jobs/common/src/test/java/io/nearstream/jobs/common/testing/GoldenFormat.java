package io.nearstream.jobs.common.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;

/** What a savepoint may hold is read for ever: pins bytes and the names of serializer snapshots. */
public final class GoldenFormat {
    private GoldenFormat() {}

    /** Asserts that a value has exactly these bytes, and that they are read back as the value. */
    public static <T> void assertFormat(
            TypeSerializer<T> serializer, T value, String hex, int version) throws Exception {
        assertThat(HexFormat.of().formatHex(bytes(serializer, value))).isEqualTo(hex);
        assertThat(value(serializer, HexFormat.of().parseHex(hex)))
                .usingRecursiveComparison()
                .isEqualTo(value);
        assertSnapshot(serializer, version);
    }

    /** Asserts that a value that only travels is read back as it was. */
    public static <T> void assertRoundTrip(TypeSerializer<T> serializer, T value) throws Exception {
        byte[] written = bytes(serializer, value);
        assertThat(value(serializer, written)).usingRecursiveComparison().isEqualTo(value);
        DataOutputSerializer copied = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(written), copied);
        assertThat(copied.getCopyOfBuffer()).isEqualTo(written);
    }

    /**
     * Asserts that state of a former format is read as the value, and that Flink is told to rewrite
     * it: the bytes are what that format's release wrote.
     *
     * @param serializer the current one
     */
    public static <T> void assertMigrates(
            TypeSerializer<T> serializer, T value, String hex, int former) throws Exception {
        TypeSerializerSnapshot<T> current = serializer.snapshotConfiguration();
        DataOutputSerializer written = new DataOutputSerializer(64);
        written.writeUTF(current.getClass().getName());
        written.writeInt(former);
        TypeSerializerSnapshot<T> old =
                TypeSerializerSnapshot.readVersionedSnapshot(
                        new DataInputDeserializer(written.getCopyOfBuffer()),
                        current.getClass().getClassLoader());
        assertThat(current.resolveSchemaCompatibility(old).isCompatibleAfterMigration()).isTrue();
        TypeSerializer<T> reader = old.restoreSerializer();
        assertThat(value(reader, HexFormat.of().parseHex(hex)))
                .usingRecursiveComparison()
                .isEqualTo(value);
        assertThat(HexFormat.of().formatHex(bytes(reader, value))).isEqualTo(hex);
        assertThat(reader.snapshotConfiguration().getCurrentVersion()).isEqualTo(former);
    }

    private static <T> void assertSnapshot(TypeSerializer<T> serializer, int version)
            throws Exception {
        TypeSerializerSnapshot<T> snapshot = serializer.snapshotConfiguration();
        assertThat(snapshot.getCurrentVersion()).isEqualTo(version);
        assertThat(snapshot.getClass().getName())
                .isEqualTo(serializer.getClass().getName() + "$Snapshot");
        assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
        DataOutputSerializer written = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(written, snapshot);
        TypeSerializerSnapshot<T> read =
                TypeSerializerSnapshot.readVersionedSnapshot(
                        new DataInputDeserializer(written.getCopyOfBuffer()),
                        snapshot.getClass().getClassLoader());
        assertThat(snapshot.resolveSchemaCompatibility(read).isCompatibleAsIs()).isTrue();
        assertThat(InstantiationUtil.clone(serializer)).isEqualTo(serializer);
        assertThatThrownBy(
                        () ->
                                snapshot.readSnapshot(
                                        version + 1,
                                        new DataInputDeserializer(new byte[0]),
                                        snapshot.getClass().getClassLoader()))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s: the state has format %d, but this build reads up to %d. Use the build that wrote it or a newer one."
                                .formatted(snapshot.getClass().getName(), version + 1, version));
    }

    private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }

    private static <T> T value(TypeSerializer<T> serializer, byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        T value = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        return value;
    }
}
