package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.Reason;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.backfill.Backfill;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Refused records as records of the dead-letter topic. A record that fits into its own topic is
 * kept whole; only what was compressed into it may be longer, and is cut, which the message says: a
 * letter that Kafka refuses would stop the job for ever.
 */
public final class DeadLetters {
    static final int KEY_BYTES_MAX = 64 << 10;
    static final int MESSAGE_LENGTH_MAX = 4_096;

    private DeadLetters() {}

    /** The letter about a record. */
    public static OutRecord of(RawRecord raw, Reason reason, String message) {
        String shown =
                message.length() <= MESSAGE_LENGTH_MAX
                        ? message
                        : message.substring(0, MESSAGE_LENGTH_MAX) + "...";
        DeadLetter letter = new DeadLetter();
        letter.setReason(reason.name());
        letter.setMessage(
                shown
                        + cutNote("key", raw.key(), KEY_BYTES_MAX)
                        + cutNote("value", raw.value(), WriteCheck.VALUE_BYTES_MAX));
        letter.setTopic(raw.topic());
        letter.setPartition(raw.partition());
        letter.setOffset(Backfill.place(raw));
        letter.setTimestamp(raw.timestamp());
        letter.setKey(cut(raw.key(), KEY_BYTES_MAX));
        letter.setValue(raw.tombstone() ? null : cut(raw.value(), WriteCheck.VALUE_BYTES_MAX));
        return OutRecord.of(
                TopicNames.DEAD_LETTERS,
                raw.topic().getBytes(StandardCharsets.UTF_8),
                AvroWire.encode(letter));
    }

    private static String cutNote(String what, byte[] bytes, int limit) {
        return bytes.length <= limit
                ? ""
                : " The %s is cut from %d to %d bytes.".formatted(what, bytes.length, limit);
    }

    private static ByteBuffer cut(byte[] bytes, int limit) {
        return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, limit));
    }
}
