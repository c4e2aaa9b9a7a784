package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.ingest.write.TimeToLive;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueWrite;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a key-value request must be to be accepted. Pure and thread-safe; every refusal names its
 * reason, the field, the limit and the value.
 */
final class KeyValueCheck implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int REQUEST_ID_BYTES_MAX = 512;
    private static final char REPLACEMENT = '\uFFFD';

    private final Limits limits;

    KeyValueCheck(Limits limits) {
        this.limits = limits;
    }

    /** Where an answer goes. */
    record ReplyTo(String requestId, int partition) {
        static final ReplyTo NOBODY = new ReplyTo("", KeyValueCommand.BY_REQUEST_ID);
    }

    /**
     * Who is told: checked first, since every other refusal is an answer.
     *
     * @param resultPartitions how many partitions the results have
     */
    static ReplyTo replyTo(KeyValueWrite write, int resultPartitions) throws RefusedException {
        String id = write.getRequestId();
        if (id == null) {
            if (write.getOp() == KeyValueOp.READ) {
                throw new RefusedException(
                        Reason.BAD_REQUEST,
                        "requestId must be given for a READ: without it nobody is answered.");
            }
            return ReplyTo.NOBODY;
        }
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > REQUEST_ID_BYTES_MAX) {
            throw new RefusedException(
                    Reason.BAD_REQUEST,
                    "requestId must be 1 to %d bytes of UTF-8, but has %d."
                            .formatted(REQUEST_ID_BYTES_MAX, bytes));
        }
        Integer partition = write.getResultPartition();
        if (partition == null) {
            return new ReplyTo(id, KeyValueCommand.BY_REQUEST_ID);
        }
        if (partition < 0 || partition >= resultPartitions) {
            throw new RefusedException(
                    Reason.BAD_PARTITION,
                    "resultPartition must be between 0 and %d, but was %d."
                            .formatted(resultPartitions - 1, partition));
        }
        return new ReplyTo(id, partition);
    }

    /** The key of a record: strictly UTF-8, so that no two keys become one. */
    String key(byte[] bytes) throws RefusedException {
        String key = new String(bytes, StandardCharsets.UTF_8);
        if (key.indexOf(REPLACEMENT) >= 0
                && !Arrays.equals(key.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new RefusedException(
                    Reason.BAD_KEY,
                    "key must be UTF-8, but its %d bytes read as %s."
                            .formatted(bytes.length, Limits.quote(key)));
        }
        limits.checkKey(key);
        return key;
    }

    /** The command in a decoded request. */
    KeyValueCommand command(KeyValueWrite write, byte[] kafkaKey, Version version, ReplyTo replyTo)
            throws RefusedException {
        String key = key(kafkaKey);
        boolean put = write.getOp() == KeyValueOp.PUT;
        byte[] value = IndexChangeWire.bytes(write.getValue());
        limits.checkValue(value.length);
        if (!put && value.length > 0) {
            throw new RefusedException(
                    Reason.BAD_REQUEST,
                    "value must be empty for a %s, but has %d bytes."
                            .formatted(write.getOp(), value.length));
        }
        long expiresAt = TimeToLive.expiry(write.getTtlMs(), version.time());
        if (!put && expiresAt != KeyValueEntry.NEVER) {
            throw new RefusedException(
                    Reason.BAD_TTL,
                    "ttlMs must be absent for a %s, but was %d."
                            .formatted(write.getOp(), write.getTtlMs()));
        }
        return new KeyValueCommand(
                KeyValueCommand.Op.valueOf(write.getOp().name()),
                key,
                version,
                put ? StoredValue.of(value) : StoredValue.EMPTY,
                write.getWriterTime() == null ? version.time() : write.getWriterTime(),
                expiresAt,
                condition(write),
                replyTo.requestId(),
                replyTo.partition());
    }

    private static Condition condition(KeyValueWrite write) throws RefusedException {
        KeyValueCondition condition = write.getCondition();
        if ((condition == KeyValueCondition.IF_VERSION) != (write.getIfVersion() != null)) {
            throw new RefusedException(
                    Reason.BAD_CONDITION,
                    "ifVersion must be given for IF_VERSION and for nothing else, but was %s for %s."
                            .formatted(
                                    write.getIfVersion() == null ? "absent" : "given", condition));
        }
        boolean allowed =
                switch (write.getOp()) {
                    case PUT -> true;
                    case DELETE -> condition != KeyValueCondition.IF_ABSENT;
                    case READ -> condition == KeyValueCondition.NONE;
                };
        if (!allowed) {
            throw new RefusedException(
                    Reason.BAD_CONDITION,
                    "condition of a %s must be %s, but was %s."
                            .formatted(
                                    write.getOp(),
                                    write.getOp() == KeyValueOp.READ
                                            ? "NONE"
                                            : "NONE or IF_VERSION",
                                    condition));
        }
        return switch (condition) {
            case NONE -> Condition.NONE;
            case IF_ABSENT -> Condition.ABSENT;
            case IF_VERSION -> Condition.version(KeyValueWire.version(write.getIfVersion()));
        };
    }
}
