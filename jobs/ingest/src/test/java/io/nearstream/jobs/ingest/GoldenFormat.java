package io.nearstream.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What a savepoint may hold is read for ever: pins bytes and the names of serializer snapshots. */
public final class GoldenFormat {
    private GoldenFormat() {}

    /** Asserts that a value has exactly these bytes, and that they are read back as the value. */
    public static <T> void assertFormat(
            TypeSerializer<T> serializer, T value, String hex, int version) throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(hex);
        byte[] golden = HexFormat.of().parseHex(hex);
        DataInputDeserializer in = new DataInputDeserializer(golden);
        assertThat(serializer.deserialize(in)).usingRecursiveComparison().isEqualTo(value);
        assertThat(in.available()).isZero();
        assertThat(serializer.snapshotConfiguration().getCurrentVersion()).isEqualTo(version);
        assertThat(serializer.snapshotConfiguration().getClass().getName())
                .isEqualTo(serializer.getClass().getName() + "$Snapshot");
        assertThat(serializer.snapshotConfiguration().restoreSerializer()).isEqualTo(serializer);
    }
}
