package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class PartJoinTest {
    private static final long COLLECTION = 7;
    private static final long AS_OF = 1_000;

    /** What a savepoint may hold, and what must come out of it. */
    private static final class Model {
        private final SplittableRandom random;
        private final List<StatePart> parts = new ArrayList<>();
        private final Map<String, ExportedRecord> expected = new HashMap<>();
        private long expired;
        private long withoutRow;
        private long withoutPayload;

        Model(SplittableRandom random) {
            this.random = random;
            int records = random.nextInt(30);
            for (int i = 0; i < records; i++) {
                record("id-" + i);
            }
            Collections.shuffle(parts, new Random(random.nextLong()));
        }

        private void record(String id) {
            RecordKey key = new RecordKey(COLLECTION, id);
            long newest = 10 + random.nextInt(5);
            for (long old = 10; old < newest; old++) {
                if (random.nextBoolean()) { // garbage that was not cleared up
                    parts.add(part(key, old, random.nextBoolean(), bytes(), IndexChange.NEVER));
                }
            }
            if (random.nextInt(5) == 0) {
                return; // deleted
            }
            boolean hasPayload = random.nextBoolean();
            boolean rowThere = random.nextInt(10) > 0;
            boolean payloadThere = random.nextInt(10) > 0;
            long expiresAt =
                    random.nextInt(3) == 0 ? AS_OF - 1 + random.nextInt(3) : IndexChange.NEVER;
            byte[] payload = bytes();
            StatePart row = part(key, newest, true, bytes(), expiresAt);
            parts.add(StatePart.placement(key, version(newest), hasPayload));
            for (int copies = rowThere ? 1 + random.nextInt(3) : 0; copies > 0; copies--) {
                parts.add(row);
            }
            if (hasPayload && payloadThere) {
                parts.add(part(key, newest, false, payload, 0));
            }
            if (!rowThere) {
                withoutRow++;
            } else if (expiresAt <= AS_OF) {
                expired++;
            } else if (hasPayload && !payloadThere) {
                withoutPayload++;
            } else {
                expected.put(id, exported(row.bytes(), hasPayload ? payload : null));
            }
        }

        private StatePart part(
                RecordKey key, long version, boolean row, byte[] bytes, long expiresAt) {
            if (!row) {
                return StatePart.payload(key, version(version), bytes);
            }
            List<String> labels = random.nextBoolean() ? List.of() : List.of("a", "b " + version);
            return StatePart.row(
                    key,
                    version(version),
                    EntryRow.put(key.id(), version(version), 1f, expiresAt, labels, true, bytes));
        }

        private byte[] bytes() {
            byte[] bytes = new byte[1 + random.nextInt(20)];
            random.nextBytes(bytes);
            return bytes;
        }

        private static ExportedRecord exported(byte[] row, byte[] payload) {
            long expiresAt = EntryRow.expiresAt(row, 0);
            int at = EntryRow.tailAt(row, 0);
            return new ExportedRecord(
                    EntryRow.id(row, 0),
                    PartJoin.stamp(EntryRow.version(row, 0)),
                    ByteBuffer.wrap(row, at, row.length - at),
                    EntryRow.labels(row, 0),
                    payload == null ? null : ByteBuffer.wrap(payload),
                    expiresAt == IndexChange.NEVER ? null : expiresAt);
        }
    }

    private static Version version(long time) {
        return new Version(time, 1, 2);
    }

    @Test
    void whatLivesComesOutWholeAndOnceWhateverElseIsThere() {
        Property.holds(
                random -> {
                    Model model = new Model(random);
                    PartJoin join = new PartJoin(AS_OF);
                    try (KeyedOneInputStreamOperatorTestHarness<RecordKey, StatePart, byte[]>
                            harness = harness(join)) {
                        harness.open();
                        for (StatePart part : model.parts) {
                            harness.processElement(part, 0);
                        }
                        harness.processWatermark(Watermark.MAX_WATERMARK);
                        Map<String, ExportedRecord> out = new HashMap<>();
                        for (byte[] datum : harness.extractOutputValues()) {
                            ExportedRecord record = decode(datum);
                            assertThat(out.put(record.getId(), record)).isNull();
                        }
                        assertThat(out).isEqualTo(model.expected);
                        assertThat(harness.numKeyedStateEntries()).isZero();
                        assertCounted(join, model);
                    }
                });
    }

    private static void assertCounted(PartJoin join, Model model) {
        Map<String, Object> counted = new HashMap<>();
        for (String name :
                List.of(PartJoin.EXPIRED, PartJoin.WITHOUT_ROW, PartJoin.WITHOUT_PAYLOAD)) {
            counted.put(name, join.getRuntimeContext().getAccumulator(name).getLocalValue());
        }
        assertThat(counted)
                .isEqualTo(
                        Map.of(
                                PartJoin.EXPIRED, model.expired,
                                PartJoin.WITHOUT_ROW, model.withoutRow,
                                PartJoin.WITHOUT_PAYLOAD, model.withoutPayload));
        assertThat((String) join.getRuntimeContext().getAccumulator(PartJoin.FIRST).getLocalValue())
                .matches(
                        model.withoutRow + model.withoutPayload == 0
                                ? ""
                                : "'id-\\d+' (lives, but no bucket has its vector|has a payload, but it is not there)");
    }

    private static KeyedOneInputStreamOperatorTestHarness<RecordKey, StatePart, byte[]> harness(
            PartJoin join) throws Exception {
        KeyedOneInputStreamOperatorTestHarness<RecordKey, StatePart, byte[]> harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(join), StatePart::key, RecordKeySerializer.TYPE);
        harness.setup(
                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO.createSerializer(
                        harness.getExecutionConfig().getSerializerConfig()));
        return harness;
    }

    private static ExportedRecord decode(byte[] datum) throws Exception {
        SpecificDatumReader<ExportedRecord> reader =
                new SpecificDatumReader<>(ExportedRecord.getClassSchema());
        return reader.read(null, DecoderFactory.get().binaryDecoder(datum, null));
    }
}
