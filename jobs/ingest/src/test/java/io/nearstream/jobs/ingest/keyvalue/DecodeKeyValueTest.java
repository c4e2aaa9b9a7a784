package io.nearstream.jobs.ingest.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Version;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.VersionStamp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class DecodeKeyValueTest {
    @Test
    void acceptedPutBecomesACommand() throws Exception {
        KeyValueWrite write = DecodeHarness.put("v");
        write.setTtlMs(50L);
        write.setWriterTime(7L);
        write.setRequestId("r");
        write.setResultPartition(3);
        write.setCondition(KeyValueCondition.IF_VERSION);
        write.setIfVersion(new VersionStamp(1L, 2, 3L));
        try (DecodeHarness harness = DecodeHarness.open()) {
            harness.process("k", write, 2, 9, 100);
            KeyValueCommand command = harness.commands().get(0);
            assertThat(command.op()).isEqualTo(KeyValueCommand.Op.PUT);
            assertThat(command.key()).isEqualTo("k");
            assertThat(command.version()).isEqualTo(new Version(100, 2, 9));
            assertThat(command.value().value()).asString().isEqualTo("v");
            assertThat(command.writerTime()).isEqualTo(7);
            assertThat(command.expiresAt()).isEqualTo(150);
            assertThat(command.condition()).isEqualTo(Condition.version(new Version(1, 2, 3)));
            assertThat(command.requestId()).isEqualTo("r");
            assertThat(command.resultPartition()).isEqualTo(3);
        }
    }

    @Test
    void nullValueDeletesAndTicksOnlyMoveTime() throws Exception {
        try (DecodeHarness harness = DecodeHarness.open()) {
            harness.process(
                    "tick".getBytes(StandardCharsets.UTF_8), AvroWire.encode(new Tick(5L)), 200);
            harness.processTombstone("k", 100);
            assertThat(harness.commands())
                    .extracting(
                            KeyValueCommand::op,
                            KeyValueCommand::key,
                            command -> command.version().time(),
                            KeyValueCommand::expiresAt)
                    .containsExactly(
                            tuple(KeyValueCommand.Op.DELETE, "k", 200L, KeyValueEntry.NEVER));
            assertThat(harness.commands().get(0).answered()).isFalse();
        }
    }

    @Test
    void whatCannotBeAnsweredBecomesADeadLetter() throws Exception {
        try (DecodeHarness harness = DecodeHarness.open()) {
            assertDead(
                    harness,
                    "",
                    write -> {},
                    "BAD_KEY",
                    "key must be 1 to 1024 bytes of UTF-8, but has 0.");
            assertDead(
                    harness,
                    "k".repeat(1_025),
                    write -> {},
                    "BAD_KEY",
                    "key must be 1 to 1024 bytes of UTF-8, but has 1025.");
            assertDead(
                    harness,
                    "k",
                    write -> write.setValue(ByteBuffer.allocate((1 << 20) + 1)),
                    "VALUE_TOO_LARGE",
                    "value must be at most 1048576 bytes, but has 1048577.");
            assertDead(harness, "k", write -> write.setTtlMs(-1L), "BAD_TTL", "but was -1.");
            assertDead(harness, "k", write -> write.setTtlMs(0L), "BAD_TTL", "but was 0.");
            assertDead(
                    harness,
                    "k",
                    write -> write.setOp(KeyValueOp.READ),
                    "BAD_REQUEST",
                    "requestId must be given for a READ: without it nobody is answered.");
            assertDead(
                    harness,
                    "k",
                    write -> write.setRequestId(""),
                    "BAD_REQUEST",
                    "requestId must be 1 to 512 bytes of UTF-8, but has 0.");
            assertDead(
                    harness,
                    "k",
                    write -> {
                        write.setRequestId("r");
                        write.setResultPartition(4);
                    },
                    "BAD_PARTITION",
                    "resultPartition must be between 0 and 3, but was 4.");
            harness.process(
                    new byte[] {'k', (byte) 0xC3}, AvroWire.encode(DecodeHarness.put("v")), 1);
            assertThat(harness.lastDead().getReason()).isEqualTo("BAD_KEY");
            harness.process(new byte[] {'k'}, new byte[] {1, 2, 3}, 1);
            assertThat(harness.lastDead().getReason()).isEqualTo("UNDECODABLE");
            assertThat(harness.commands()).isEmpty();
        }
    }

    @Test
    void partitionThatWasAddedIsFound() throws Exception {
        KeyValueWrite write = DecodeHarness.put("v");
        write.setRequestId("r");
        write.setResultPartition(5);
        AtomicInteger partitions = new AtomicInteger(4);
        try (DecodeHarness harness = DecodeHarness.open(partitions::get)) {
            partitions.set(6);
            harness.process("k", write, 0, 1, 100);
            assertThat(harness.commands()).hasSize(1);
            assertThat(harness.deadLetters()).isEmpty();
        }
    }

    @Test
    void whoGaveARequestIdIsToldWhatWasWrong() throws Exception {
        try (DecodeHarness harness = DecodeHarness.open()) {
            assertRefused(harness, write -> write.setTtlMs(-1L), "BAD_TTL", "ttlMs");
            assertRefused(
                    harness,
                    write -> write.setCondition(KeyValueCondition.IF_VERSION),
                    "BAD_CONDITION",
                    "ifVersion must be given for IF_VERSION");
            assertRefused(
                    harness,
                    write -> write.setIfVersion(new VersionStamp(1L, 1, 1L)),
                    "BAD_CONDITION",
                    "ifVersion");
            assertRefused(
                    harness,
                    write -> {
                        write.setOp(KeyValueOp.DELETE);
                        write.setValue(ByteBuffer.allocate(0));
                        write.setCondition(KeyValueCondition.IF_ABSENT);
                    },
                    "BAD_CONDITION",
                    "condition of a DELETE must be NONE or IF_VERSION, but was IF_ABSENT.");
            assertRefused(
                    harness,
                    write -> write.setOp(KeyValueOp.READ),
                    "BAD_REQUEST",
                    "value must be empty for a READ, but has 1 bytes.");
            assertRefused(
                    harness,
                    write -> {
                        write.setOp(KeyValueOp.DELETE);
                        write.setValue(ByteBuffer.allocate(0));
                        write.setTtlMs(5L);
                    },
                    "BAD_TTL",
                    "ttlMs must be absent for a DELETE, but was 5.");
            assertThat(harness.commands()).isEmpty();
            assertThat(harness.deadLetters()).isEmpty();
        }
    }

    @Test
    void everyBrokenRequestIsAcceptedAnsweredOrBuried() throws Exception {
        byte[] good = AvroWire.encode(DecodeHarness.put("value"));
        Property.holds(
                20,
                random -> {
                    try (DecodeHarness harness = DecodeHarness.open()) {
                        int inputs = 500;
                        for (int i = 0; i < inputs; i++) {
                            byte[] value = good.clone();
                            for (int flips = random.nextInt(5); flips >= 0; flips--) {
                                value[random.nextInt(value.length)] = (byte) random.nextInt();
                            }
                            byte[] key = new byte[random.nextInt(8)];
                            random.nextBytes(key);
                            harness.process(key, value, i);
                        }
                        assertThat(
                                        harness.commands().size()
                                                + harness.deadLetters().size()
                                                + harness.refused().size())
                                .isEqualTo(inputs);
                    }
                });
    }

    private static void assertDead(
            DecodeHarness harness,
            String key,
            Consumer<KeyValueWrite> broken,
            String reason,
            String message)
            throws Exception {
        KeyValueWrite write = DecodeHarness.put("v");
        broken.accept(write);
        int before = harness.deadLetters().size();
        harness.process(key, write, 0, before, 100);
        assertThat(harness.deadLetters()).as(reason).hasSize(before + 1);
        DeadLetter letter = harness.lastDead();
        assertThat(letter.getReason()).isEqualTo(reason);
        assertThat(letter.getMessage()).endsWith(message);
        assertThat(letter.getTopic()).isEqualTo("nearstream.kv-writes.v1");
    }

    private static void assertRefused(
            DecodeHarness harness, Consumer<KeyValueWrite> broken, String reason, String message)
            throws Exception {
        KeyValueWrite write = DecodeHarness.put("v");
        write.setRequestId("r");
        broken.accept(write);
        int before = harness.refused().size();
        harness.process("k", write, 0, before, 100);
        assertThat(harness.refused()).as(reason).hasSize(before + 1);
        KeyValueResult result = harness.refused().get(before);
        assertThat(result.getStatus()).isEqualTo(KeyValueStatus.REFUSED);
        assertThat(result.getRequestId()).isEqualTo("r");
        assertThat(result.getReason()).isEqualTo(reason);
        assertThat(result.getMessage()).contains(message);
    }
}
