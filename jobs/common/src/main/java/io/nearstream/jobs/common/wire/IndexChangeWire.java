package io.nearstream.jobs.common.wire;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.schemas.ChangeOp;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Index changes from and to Avro. */
public final class IndexChangeWire {
    private static final byte[] NO_BYTES = {};
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int UID_DIGITS = 16;

    private IndexChangeWire() {}

    /**
     * The Kafka key of a record's changes and moves: {@code uid/id}, the collection's uid as 16 hex
     * digits. It is not the collection's name, so a collection that was dropped and created again
     * shares no key with its predecessor.
     */
    public static byte[] key(RecordKey key) {
        byte[] id = key.id().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[UID_DIGITS + 1 + id.length];
        for (int digit = 0; digit < UID_DIGITS; digit++) {
            int shift = 4 * (UID_DIGITS - 1 - digit);
            bytes[digit] = HEX[(int) (key.collectionUid() >>> shift) & 0xF];
        }
        bytes[UID_DIGITS] = '/';
        System.arraycopy(id, 0, bytes, UID_DIGITS + 1, id.length);
        return bytes;
    }

    /** The bytes of the change on {@code nearstream.index-changes.v1}. */
    public static byte[] encode(IndexChange change) {
        List<Integer> buckets = new ArrayList<>(change.buckets().length);
        for (int bucket : change.buckets()) {
            buckets.add(bucket);
        }
        io.nearstream.schemas.IndexChange record = new io.nearstream.schemas.IndexChange();
        record.setCollectionUid(change.key().collectionUid());
        record.setId(change.key().id());
        record.setOp(change.delete() ? ChangeOp.DELETE : ChangeOp.UPSERT);
        record.setVersionTime(change.version().time());
        record.setVersionPartition(change.version().partition());
        record.setVersionOffset(change.version().offset());
        record.setVector(ByteBuffer.wrap(change.vector()));
        record.setBuckets(buckets);
        record.setGeneration(change.generation());
        record.setGenerationHash(change.generationHash());
        record.setLabels(change.labels());
        record.setPayload(change.payload().length == 0 ? null : ByteBuffer.wrap(change.payload()));
        record.setEventTime(change.eventTime());
        record.setExpiresAt(change.expiresAt() == IndexChange.NEVER ? null : change.expiresAt());
        return AvroWire.encode(record);
    }

    /** The change in a decoded record. */
    public static IndexChange from(io.nearstream.schemas.IndexChange record) {
        int[] buckets = new int[record.getBuckets().size()];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = record.getBuckets().get(i);
        }
        return new IndexChange(
                new RecordKey(record.getCollectionUid(), record.getId()),
                record.getOp() == ChangeOp.DELETE,
                new Version(
                        record.getVersionTime(),
                        record.getVersionPartition(),
                        record.getVersionOffset()),
                bytes(record.getVector()),
                buckets,
                record.getGeneration(),
                record.getGenerationHash(),
                record.getLabels(),
                record.getPayload() == null ? NO_BYTES : bytes(record.getPayload()),
                record.getEventTime(),
                record.getExpiresAt() == null ? IndexChange.NEVER : record.getExpiresAt());
    }

    /** The bytes of an Avro field: its array where the buffer is exactly that, else a copy. */
    public static byte[] bytes(ByteBuffer buffer) {
        if (buffer.hasArray()
                && buffer.arrayOffset() == 0
                && buffer.position() == 0
                && buffer.remaining() == buffer.array().length) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
