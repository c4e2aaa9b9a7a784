package io.nearstream.migrate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;

/** Records as the bytes that a container file has of each. Not thread-safe. */
final class Datums {
    private final SpecificDatumWriter<SpecificRecordBase> writer;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);

    Datums(Schema schema) {
        writer = new SpecificDatumWriter<>(schema, SpecificData.getForSchema(schema));
    }

    byte[] bytes(SpecificRecordBase record) throws IOException {
        bytes.reset();
        writer.write(record, encoder);
        return bytes.toByteArray();
    }
}
