package io.nearstream.embedded.testing;

import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.VersionStamp;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/** Every kind of key-value request that must be refused, and what must be said of it. Pure. */
public final class BadKeyValues {
    /** As many as {@code kafka/topics.yaml} gives to the results. */
    private static final int RESULT_PARTITIONS = 4;

    private static final int HEADER_BYTES = 10;
    private static final byte[] KEY = "bad".getBytes(StandardCharsets.UTF_8);

    /**
     * One bad request.
     *
     * @param key Kafka's key, null for none
     * @param value Kafka's value, null for none
     * @param requestId under which it is refused; null where it becomes a dead letter
     * @param reason why
     * @param field that the message names
     */
    public record Bad(
            @Nullable byte[] key,
            @Nullable byte[] value,
            @Nullable String requestId,
            Reason reason,
            String field) {}

    private final SplittableRandom random;
    private final List<Bad> made = new ArrayList<>();
    private int requestIds;

    private BadKeyValues(SplittableRandom random) {
        this.random = random;
    }

    /** One of each kind; request ids start with the prefix. */
    public static List<Bad> oneOfEach(SplittableRandom random, String prefix) {
        BadKeyValues values = new BadKeyValues(random);
        values.badKeys(prefix);
        values.badFields(prefix);
        values.badConditions(prefix);
        values.badAnswers();
        values.badBytes();
        return values.made;
    }

    private void badKeys(String prefix) {
        byte[] oversized = new byte[Limits.DEFAULT.keyBytes() + 1 + random.nextInt(100)];
        Arrays.fill(oversized, (byte) 'k');
        for (byte[] key :
                Arrays.asList(
                        new byte[0],
                        null,
                        oversized,
                        new byte[] {(byte) 0xC3, 0x28},
                        new byte[] {'k', (byte) 0xFF})) {
            bothWays(prefix, key, Reason.BAD_KEY, "key must be", write -> {});
            made.add(new Bad(key, null, null, Reason.BAD_KEY, "key must be"));
        }
    }

    private void badFields(String prefix) {
        both(
                prefix,
                Reason.VALUE_TOO_LARGE,
                "value must be at most",
                write ->
                        write.setValue(ByteBuffer.wrap(new byte[Limits.DEFAULT.valueBytes() + 1])));
        both(prefix, Reason.BAD_TTL, "ttlMs", write -> write.setTtlMs(0L));
        both(
                prefix,
                Reason.BAD_TTL,
                "ttlMs",
                write -> write.setTtlMs(-1 - random.nextLong(Long.MAX_VALUE)));
        both(
                prefix,
                Reason.BAD_TTL,
                "ttlMs",
                write -> {
                    delete(write);
                    write.setTtlMs(1_000L);
                });
        both(
                prefix,
                Reason.BAD_REQUEST,
                "value must be empty",
                write -> write.setOp(KeyValueOp.DELETE));
    }

    private void badConditions(String prefix) {
        both(
                prefix,
                Reason.BAD_CONDITION,
                "ifVersion",
                write -> write.setCondition(KeyValueCondition.IF_VERSION));
        both(
                prefix,
                Reason.BAD_CONDITION,
                "ifVersion",
                write -> write.setIfVersion(new VersionStamp(1L, 0, 1L)));
        both(
                prefix,
                Reason.BAD_CONDITION,
                "condition",
                write -> {
                    delete(write);
                    write.setCondition(KeyValueCondition.IF_ABSENT);
                });
        KeyValueWrite read = put();
        read.setOp(KeyValueOp.READ);
        read.setValue(ByteBuffer.allocate(0));
        read.setCondition(KeyValueCondition.IF_ABSENT);
        refused(prefix, KEY, read, Reason.BAD_CONDITION, "condition");
    }

    /** Nobody can be answered. */
    private void badAnswers() {
        KeyValueWrite read = put();
        read.setOp(KeyValueOp.READ);
        read.setValue(ByteBuffer.allocate(0));
        made.add(dead(AvroWire.encode(read), Reason.BAD_REQUEST, "requestId"));
        for (String id : List.of("", "r".repeat(513))) {
            KeyValueWrite write = put();
            write.setRequestId(id);
            made.add(dead(AvroWire.encode(write), Reason.BAD_REQUEST, "requestId"));
        }
        for (int partition : new int[] {-1, RESULT_PARTITIONS, Integer.MAX_VALUE}) {
            KeyValueWrite write = put();
            write.setRequestId("nobody");
            write.setResultPartition(partition);
            made.add(dead(AvroWire.encode(write), Reason.BAD_PARTITION, "resultPartition"));
        }
    }

    private void badBytes() {
        byte[] whole = AvroWire.encode(put());
        byte[] unknownOp = whole.clone();
        // An enum is its index, doubled (zigzag): one that no symbol has.
        unknownOp[HEADER_BYTES] = (byte) (2 * (3 + random.nextInt(60)));
        byte[] truncated = Arrays.copyOf(whole, random.nextInt(1, whole.length));
        byte[] garbage = new byte[1 + random.nextInt(200)];
        random.nextBytes(garbage);
        garbage[0] = 0;
        byte[] longer = Arrays.copyOf(whole, whole.length + 1 + random.nextInt(20));
        for (byte[] bytes : List.of(unknownOp, truncated, garbage, longer, new byte[0])) {
            made.add(dead(bytes, Reason.UNDECODABLE, "value must be"));
        }
    }

    private void both(
            String prefix, Reason reason, String field, Consumer<KeyValueWrite> spoiling) {
        bothWays(prefix, KEY, reason, field, spoiling);
    }

    /** Once with a request id and once without. */
    private void bothWays(
            String prefix,
            @Nullable byte[] key,
            Reason reason,
            String field,
            Consumer<KeyValueWrite> spoiling) {
        KeyValueWrite write = put();
        spoiling.accept(write);
        made.add(new Bad(key, AvroWire.encode(write), null, reason, field));
        refused(prefix, key, write, reason, field);
    }

    private void refused(
            String prefix, @Nullable byte[] key, KeyValueWrite write, Reason reason, String field) {
        String requestId = prefix + requestIds++;
        write.setRequestId(requestId);
        if (random.nextBoolean()) {
            write.setResultPartition(random.nextInt(RESULT_PARTITIONS));
        }
        made.add(new Bad(key, AvroWire.encode(write), requestId, reason, field));
    }

    private static Bad dead(byte[] value, Reason reason, String field) {
        return new Bad(KEY, value, null, reason, field);
    }

    private static KeyValueWrite put() {
        return new KeyValueWrite(
                KeyValueOp.PUT,
                ByteBuffer.wrap("never kept".getBytes(StandardCharsets.UTF_8)),
                null,
                KeyValueCondition.NONE,
                null,
                null,
                null,
                null);
    }

    private static void delete(KeyValueWrite write) {
        write.setOp(KeyValueOp.DELETE);
        write.setValue(ByteBuffer.allocate(0));
    }
}
