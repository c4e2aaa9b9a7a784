package io.nearstream.jobs.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.Samples;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteCheckTest {
    private static final Version VERSION = new Version(1_000, 0, 7);
    private static final CollectionSettings FLOATS =
            CollectionSettings.learned("floats", 2, 2, Metric.L2, Encoding.FLOAT32);

    private final WriteCheck check = new WriteCheck(Limits.DEFAULT);

    @Test
    void goodWriteIsAccepted() throws RefusedException {
        VectorWrite write = Samples.upsert("a/b \u00e9\ud83d\ude00");
        write.setLabels(List.of("red", "x".repeat(64)));
        write.setPayload(ByteBuffer.allocate(1 << 20));
        write.setTtlMs(1L);
        RawRecord raw = Samples.raw(write, 0, 7, 1_000);

        WriteCheck.checkSize(raw);
        assertThat(check.identity(raw, write))
                .isEqualTo(new WriteCheck.Identity("colors", "a/b \u00e9\ud83d\ude00"));
        assertThat(check.checkContent(Samples.COLORS, write)).isEqualTo(Samples.VECTOR);
        assertThat(WriteCheck.expiry(write, VERSION)).isEqualTo(1_001);
    }

    @Test
    void nullValueDeletesWhatItsKeyNames() throws RefusedException {
        assertThat(check.identity(Samples.tombstone("colors/a/b", 0, 1, 1)))
                .isEqualTo(new WriteCheck.Identity("colors", "a/b"));
    }

    @Test
    void nullValueWithoutSlashInItsKeyIsRefused() {
        refused(Reason.KEY_MISMATCH, () -> check.identity(Samples.tombstone("colors", 0, 1, 1)))
                .hasMessageContaining("'colors'");
    }

    @Test
    void nullValueWithBrokenUtf8InItsKeyIsRefused() {
        byte[] key = {'c', '/', (byte) 0xC3};
        RawRecord raw = new RawRecord("t", 0, 1, 1, key, new byte[0], true);
        refused(Reason.KEY_MISMATCH, () -> check.identity(raw));
    }

    @Test
    void largerThanItsTopicAllowsIsRefused() {
        RawRecord raw = Samples.raw("colors/a", new byte[WriteCheck.VALUE_BYTES_MAX + 1], 0, 1, 1);
        refused(Reason.OVERSIZED, () -> WriteCheck.checkSize(raw))
                .hasMessage("value must be at most 4194304 bytes, but has 4194305.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Colors", "a b", "a/b", "\u00e9", "a\u0000"})
    void badCollectionNameIsRefused(String name) {
        VectorWrite write = Samples.upsert("a");
        write.setCollection(name);
        refused(
                Reason.BAD_COLLECTION_NAME,
                () -> check.identity(Samples.raw(write, 0, 1, 1), write));
    }

    @Test
    void overlongCollectionNameIsRefused() {
        VectorWrite write = Samples.upsert("a");
        write.setCollection("a".repeat(129));
        refused(
                Reason.BAD_COLLECTION_NAME,
                () -> check.identity(Samples.raw(write, 0, 1, 1), write));
    }

    @Test
    void emptyIdIsRefused() {
        refusedId("");
    }

    @Test
    void overlongIdIsRefused() {
        refusedId("\u00e9".repeat(256) + "a");
    }

    private void refusedId(String id) {
        VectorWrite write = Samples.upsert(id);
        refused(Reason.BAD_ID, () -> check.identity(Samples.raw(write, 0, 1, 1), write));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "colors", "colors/", "colors/b", "colors/ab", "color/sa", "c/a"})
    void otherKeyIsRefused(String key) {
        VectorWrite write = Samples.upsert("a");
        RawRecord raw = Samples.raw(key, new byte[0], 0, 1, 1);
        refused(Reason.KEY_MISMATCH, () -> check.identity(raw, write))
                .hasMessageContaining("'colors/a'");
    }

    @Test
    void otherEncodingIsRefused() {
        VectorWrite write = Samples.upsert("a");
        write.setEncoding(VectorEncoding.INT8);
        refused(Reason.WRONG_ENCODING, () -> check.checkContent(Samples.COLORS, write))
                .hasMessage("encoding must be UINT8, the collection's, but was INT8.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 4_096})
    void otherDimensionIsRefused(int bytes) {
        VectorWrite write = Samples.upsert("a");
        write.setVector(ByteBuffer.allocate(bytes));
        refused(Reason.WRONG_DIMENSION, () -> check.checkContent(Samples.COLORS, write));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void notFiniteIsRefused(float value) {
        VectorWrite write = Samples.upsert("a");
        write.setEncoding(VectorEncoding.FLOAT32);
        ByteBuffer vector = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        vector.putFloat(1).putFloat(value).flip();
        write.setVector(vector);
        refused(Reason.NOT_FINITE, () -> check.checkContent(FLOATS, write));
    }

    @Test
    void zeroVectorIsRefusedUnderCosineOnly() throws RefusedException {
        VectorWrite write = Samples.upsert("a");
        write.setVector(ByteBuffer.allocate(4));
        refused(Reason.ZERO_VECTOR, () -> check.checkContent(Samples.COLORS, write));

        write.setEncoding(VectorEncoding.FLOAT32);
        write.setVector(ByteBuffer.allocate(8));
        assertThat(check.checkContent(FLOATS, write)).hasSize(8);
    }

    @Test
    void tooManyLabelsAreRefused() {
        VectorWrite write = Samples.upsert("a");
        write.setLabels(Collections.nCopies(33, "x"));
        refused(Reason.BAD_LABELS, () -> check.checkContent(Samples.COLORS, write));
    }

    @Test
    void emptyAndOverlongLabelsAreRefused() {
        for (String label : List.of("", "x".repeat(65))) {
            VectorWrite write = Samples.upsert("a");
            write.setLabels(List.of("fine", label));
            refused(Reason.BAD_LABELS, () -> check.checkContent(Samples.COLORS, write));
        }
    }

    @Test
    void oversizedPayloadIsRefused() {
        VectorWrite write = Samples.upsert("a");
        write.setPayload(ByteBuffer.allocate((1 << 20) + 1));
        refused(Reason.PAYLOAD_TOO_LARGE, () -> check.checkContent(Samples.COLORS, write));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1_000})
    void ttlOutOfRangeIsRefused(long ttl) {
        VectorWrite write = Samples.upsert("a");
        write.setTtlMs(ttl);
        refused(Reason.BAD_TTL, () -> WriteCheck.expiry(write, VERSION))
                .hasMessageContaining("but was " + ttl);
    }

    @Test
    void longestTtlEndsJustBeforeNever() throws RefusedException {
        VectorWrite write = Samples.upsert("a");
        write.setTtlMs(Long.MAX_VALUE - 1_001);
        assertThat(WriteCheck.expiry(write, VERSION)).isEqualTo(IndexChange.NEVER - 1);
        write.setTtlMs(null);
        assertThat(WriteCheck.expiry(write, VERSION)).isEqualTo(IndexChange.NEVER);
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refused(
            Reason reason, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
