package io.nearstream.jobs.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.Samples;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** 100,000 broken inputs: each becomes a dead letter, is a tick, or is accepted; nothing throws. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class HostileInputTest {
    private static final int TRIALS = 10;
    private static final int INPUTS_PER_TRIAL = 10_000;
    private static final int LARGE_EVERY = 1_000;

    /** More than the topic takes, unless it was set up otherwise. */
    private static final int OVERSIZED_BYTES = WriteCheck.VALUE_BYTES_MAX + 1;

    private static final CollectionSettings FLOATS =
            CollectionSettings.learned("floats", 5, 8, Metric.L2, Encoding.FLOAT32);

    @Test
    void everyInputIsAcceptedOrBecomesADeadLetter() {
        Map<String, Integer> outcomes = new TreeMap<>();
        Property.holds(TRIALS, random -> trial(random, outcomes));
        System.out.println("hostile inputs by outcome: " + outcomes);
        assertThat(outcomes)
                .containsKeys(
                        "accepted",
                        "tick",
                        "UNDECODABLE",
                        "OVERSIZED",
                        "KEY_MISMATCH",
                        "UNKNOWN_COLLECTION",
                        "BAD_COLLECTION_NAME",
                        "BAD_ID",
                        "WRONG_ENCODING",
                        "WRONG_DIMENSION",
                        "NOT_FINITE",
                        "ZERO_VECTOR",
                        "BAD_LABELS",
                        "PAYLOAD_TOO_LARGE",
                        "BAD_TTL");
    }

    private static void trial(SplittableRandom random, Map<String, Integer> outcomes)
            throws Exception {
        TestingDirectory directory =
                new TestingDirectory().create(Samples.COLORS, 10).create(FLOATS, 10);
        AvroWire letters = AvroWire.of(DeadLetter.getClassSchema());
        AvroWire writes = AvroWire.of(VectorWrite.getClassSchema(), Tick.getClassSchema());
        try (var harness = DecodeFunctionTest.harness(directory, 1, 0, List.of())) {
            for (int i = 0; i < INPUTS_PER_TRIAL; i++) {
                RawRecord raw = input(random, i);
                harness.processElement(new StreamRecord<>(raw));
                String outcome = outcome(harness, letters, raw);
                if (outcome.equals("neither")) {
                    assertThat(writes.decode(raw.value())).isInstanceOf(Tick.class);
                    outcome = "tick";
                }
                outcomes.merge(outcome, 1, Integer::sum);
            }
        }
    }

    private static String outcome(
            OneInputStreamOperatorTestHarness<RawRecord, IndexChange> harness,
            AvroWire letters,
            RawRecord raw)
            throws Exception {
        int accepted = harness.getOutput().size();
        harness.getOutput().clear();
        Queue<StreamRecord<OutRecord>> dead = harness.getSideOutput(DecodeFunction.DEAD_LETTERS);
        List<StreamRecord<OutRecord>> refused = dead == null ? List.of() : new ArrayList<>(dead);
        if (dead != null) {
            dead.clear();
        }
        assertThat(accepted + refused.size()).isLessThanOrEqualTo(1);
        if (accepted == 1) {
            return "accepted";
        }
        if (refused.isEmpty()) {
            return "neither";
        }
        DeadLetter letter = (DeadLetter) letters.decode(refused.get(0).getValue().value());
        assertThat(letter.getOffset()).isEqualTo(raw.offset());
        assertThat(letter.getMessage()).isNotBlank();
        if (!raw.tombstone()) {
            int kept = Math.min(raw.value().length, WriteCheck.VALUE_BYTES_MAX);
            assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(raw.value(), 0, kept));
        }
        return letter.getReason();
    }

    private static RawRecord input(SplittableRandom random, long offset) {
        VectorWrite write = write(random);
        String key = write.getCollection() + "/" + write.getId();
        byte[] value =
                switch (random.nextInt(8)) {
                    case 0 -> bytes(random, 40);
                    case 1 -> AvroWire.encode(new Tick(random.nextLong()));
                    default -> AvroWire.encode(write);
                };
        if (random.nextInt(LARGE_EVERY) == 0) {
            value = new byte[OVERSIZED_BYTES];
        } else if (random.nextInt(3) == 0) {
            value = damaged(random, value);
        }
        if (random.nextInt(10) == 0) {
            key = new String(bytes(random, 20), java.nio.charset.StandardCharsets.ISO_8859_1);
        }
        long time = 1_000 + random.nextInt(1_000);
        return random.nextInt(12) == 0
                ? Samples.tombstone(key, random.nextInt(4), offset, time)
                : Samples.raw(key, value, random.nextInt(4), offset, time);
    }

    private static VectorWrite write(SplittableRandom random) {
        VectorWrite write = random.nextInt(10) == 0 ? Samples.delete("d") : Samples.upsert("id");
        if (random.nextBoolean()) {
            write.setCollection("floats");
            write.setEncoding(VectorEncoding.FLOAT32);
            write.setVector(ByteBuffer.wrap(bytes(random, 32, 32)));
        }
        if (random.nextInt(LARGE_EVERY) == 0) {
            write.setPayload(ByteBuffer.allocate(Limits.DEFAULT.payloadBytes() + 1));
        }
        switch (random.nextInt(9)) {
            case 0 -> write.setCollection(text(random, 130));
            case 1 -> write.setId(text(random, 520));
            case 2 -> write.setVector(ByteBuffer.wrap(bytes(random, 40)));
            case 3 -> write.setEncoding(VectorEncoding.values()[random.nextInt(4)]);
            case 4 ->
                    write.setLabels(
                            random.ints(random.nextInt(40))
                                    .mapToObj(i -> text(random, 66))
                                    .toList());
            case 5 -> write.setTtlMs(random.nextLong());
            case 6 -> write.setEventTime(random.nextLong());
            case 7 -> write.setVector(ByteBuffer.allocate(write.getVector().remaining()));
            default -> write.setPayload(ByteBuffer.wrap(bytes(random, 100)));
        }
        return write;
    }

    private static byte[] damaged(SplittableRandom random, byte[] value) {
        byte[] broken = value.clone();
        if (broken.length == 0 || random.nextInt(3) == 0) {
            return Arrays.copyOf(broken, random.nextInt(broken.length + 10));
        }
        int flips = 1 + random.nextInt(5);
        for (int i = 0; i < flips; i++) {
            broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
        }
        return broken;
    }

    private static byte[] bytes(SplittableRandom random, int lengthMax) {
        return bytes(random, 0, lengthMax);
    }

    private static byte[] bytes(SplittableRandom random, int lengthMin, int lengthMax) {
        byte[] bytes = new byte[random.nextInt(lengthMin, lengthMax + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String text(SplittableRandom random, int lengthMax) {
        int length = random.nextInt(lengthMax + 1);
        StringBuilder text = new StringBuilder(length);
        int kind = random.nextInt(3);
        for (int i = 0; i < length; i++) {
            text.append(kind == 0 ? (char) random.nextInt(0xD800) : (char) ('a' + i % 26));
        }
        return text.toString();
    }
}
