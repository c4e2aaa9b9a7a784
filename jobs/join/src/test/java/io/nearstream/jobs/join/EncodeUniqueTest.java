package io.nearstream.jobs.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodeUniqueTest {
    private static final AvroWire WIRE = AvroWire.of(VectorWrite.getClassSchema());
    private static final long NOW = 1_000;
    private static final EncodeUnique ENCODE =
            new EncodeUnique(
                    new CollectionSettings(
                            "kept",
                            8,
                            2,
                            Metric.L2,
                            Encoding.UINT8,
                            BucketScheme.LEARNED,
                            0,
                            0,
                            1,
                            .95,
                            20,
                            4),
                    () -> NOW);

    private static IndexChange record(byte[] payload, long expiresAt) {
        return new IndexChange(
                new RecordKey(7, "a"),
                false,
                new Version(900, 0, 1),
                new byte[] {1, 2},
                new int[] {0},
                0,
                0,
                List.of("label"),
                payload,
                800,
                expiresAt);
    }

    private static VectorWrite written(IndexChange change) throws UndecodableException {
        OutRecord out = ENCODE.map(change);
        assertThat(out.topic()).isEqualTo(TopicNames.VECTORS);
        assertThat(new String(out.key(), StandardCharsets.UTF_8)).isEqualTo("kept/a");
        return (VectorWrite) WIRE.decode(out.value());
    }

    @Test
    void aRecordIsWrittenWholeIntoTheOtherCollection() throws UndecodableException {
        VectorWrite write = written(record(new byte[] {3}, IndexChange.NEVER));
        assertThat(write)
                .isEqualTo(
                        new VectorWrite(
                                WriteOp.UPSERT,
                                "kept",
                                "a",
                                VectorEncoding.UINT8,
                                ByteBuffer.wrap(new byte[] {1, 2}),
                                List.of("label"),
                                ByteBuffer.wrap(new byte[] {3}),
                                800L,
                                null));
        assertThat(written(record(new byte[0], IndexChange.NEVER)).getPayload()).isNull();
    }

    @Test
    void whatIsLeftOfItsTimeToLiveGoesAlong() throws UndecodableException {
        assertThat(written(record(new byte[0], NOW + 250)).getTtlMs()).isEqualTo(250);
        assertThat(written(record(new byte[0], NOW)).getOp()).isEqualTo(WriteOp.DELETE);
        assertThat(written(record(new byte[0], NOW - 1)).getOp()).isEqualTo(WriteOp.DELETE);
    }

    @Test
    void aDeleteIsOne() throws UndecodableException {
        VectorWrite write =
                written(IndexChange.deleted(new RecordKey(0, "a"), new Version(900, 0, 1)));
        assertThat(write.getOp()).isEqualTo(WriteOp.DELETE);
        assertThat(write.getCollection()).isEqualTo("kept");
        assertThat(write.getId()).isEqualTo("a");
    }
}
