package io.nearstream.jobs.batch.out;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** An Avro container file, compressed; its schema follows from the columns. */
final class AvroTable implements Table {
    private static final String NAMESPACE = "io.nearstream.batch";
    private static final int DEFLATE_LEVEL = 1;

    private final Schema schema;
    private final DataFileWriter<GenericRecord> writer;

    AvroTable(Path content, String record, List<Column> columns) throws IOException {
        this.schema = schema(record, columns);
        this.writer = new DataFileWriter<>(new GenericDatumWriter<>(schema));
        writer.setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL));
        writer.create(schema, content.toFile());
    }

    private static Schema schema(String record, List<Column> columns) {
        SchemaBuilder.FieldAssembler<Schema> fields =
                SchemaBuilder.record(record).namespace(NAMESPACE).fields();
        for (Column column : columns) {
            Schema type =
                    switch (column.type()) {
                        case TEXT -> Schema.create(Schema.Type.STRING);
                        case NUMBER -> Schema.create(Schema.Type.DOUBLE);
                        case INTEGER -> Schema.create(Schema.Type.INT);
                    };
            fields =
                    column.optional()
                            ? fields.name(column.name())
                                    .type(Schema.createUnion(Schema.create(Schema.Type.NULL), type))
                                    .withDefault(null)
                            : fields.name(column.name()).type(type).noDefault();
        }
        return fields.endRecord();
    }

    @Override
    public void row(Object... values) throws IOException {
        GenericRecord record = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            record.put(i, values[i]);
        }
        writer.append(record);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
