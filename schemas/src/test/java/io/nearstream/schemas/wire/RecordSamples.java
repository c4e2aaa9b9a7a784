package io.nearstream.schemas.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A record with a fixed, telling value in every field: the same for ever, so its bytes are golden.
 */
final class RecordSamples {
    static {
        AvroWire.of(); // makes Avro trust our classes
    }

    private RecordSamples() {}

    static SpecificRecordBase sample(Schema schema) {
        return sample(schema, schema);
    }

    /** The sample of the version that the writer's schema is, as the current version reads it. */
    static SpecificRecordBase sample(Schema schema, Schema writer) {
        return (SpecificRecordBase) value(schema, writer, 1);
    }

    private static Object value(Schema schema, Schema writer, int salt) {
        return switch (schema.getType()) {
            case RECORD -> {
                SpecificRecordBase record =
                        (SpecificRecordBase)
                                SpecificData.newInstance(
                                        SpecificData.get().getClass(schema), schema);
                for (Schema.Field field : schema.getFields()) {
                    Schema.Field written = writer.getField(field.name());
                    record.put(
                            field.pos(),
                            written == null
                                    ? SpecificData.get().getDefaultValue(field)
                                    : value(
                                            field.schema(),
                                            written.schema(),
                                            salt + written.pos()));
                }
                yield record;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                Schema element = writer.getElementType();
                list.add(value(schema.getElementType(), element, salt + 1));
                list.add(value(schema.getElementType(), element, salt + 2));
                yield list;
            }
            case UNION -> value(schema.getTypes().get(1), writer.getTypes().get(1), salt);
            case ENUM ->
                    SpecificData.get()
                            .createEnum(
                                    writer.getEnumSymbols()
                                            .get(salt % writer.getEnumSymbols().size()),
                                    schema);
            case STRING -> "text-" + salt;
            case BYTES -> ByteBuffer.wrap(new byte[] {1, 2, (byte) (salt + 128)});
            case INT -> salt * 1_000;
            case LONG -> salt * 10_000_000_000L;
            case DOUBLE -> salt + 0.25;
            case BOOLEAN -> true;
            default -> throw new IllegalArgumentException("No sample for " + schema);
        };
    }
}
