package io.nearstream.schemas.wire;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Encodes and decodes the records of some topic in Avro's single-object encoding: {@code C3 01},
 * the schema's 64-bit fingerprint (little endian), the body. The fingerprint tells which record it
 * is and which released version of its schema wrote it, so several records may share a topic and a
 * reader needs no registry.
 *
 * <p>Thread-safe. Hostile bytes end in an {@link UndecodableException}: lengths are limited before
 * anything is allocated, and bytes behind the record are refused.
 */
public final class AvroWire {
    /**
     * No field is larger than a Kafka message may be (4 MiB), so no honest length is above this.
     */
    private static final int FIELD_BYTES_MAX = 5 << 20;

    private static final int COLLECTION_ITEMS_MAX = 100_000;
    private static final int HEADER_BYTES = 10;
    private static final String RELEASED = "released/";

    static {
        limit("org.apache.avro.limits.bytes.maxLength", FIELD_BYTES_MAX);
        limit("org.apache.avro.limits.string.maxLength", FIELD_BYTES_MAX);
        limit("org.apache.avro.limits.collectionItems.maxLength", COLLECTION_ITEMS_MAX);
    }

    private final Map<Long, BinaryMessageDecoder<SpecificRecordBase>> decoders = new HashMap<>();
    private final String expected;

    private AvroWire(List<Schema> schemas) {
        StringBuilder names = new StringBuilder();
        for (Schema schema : schemas) {
            BinaryMessageDecoder<SpecificRecordBase> decoder =
                    new BinaryMessageDecoder<>(SpecificData.getForSchema(schema), schema);
            decoders.put(SchemaNormalization.parsingFingerprint64(schema), decoder);
            for (Schema released : released(schema.getName())) {
                decoder.addSchema(released);
                decoders.put(SchemaNormalization.parsingFingerprint64(released), decoder);
            }
            names.append(names.isEmpty() ? "" : " or ").append(schema.getName());
        }
        expected = names.toString();
    }

    /** A decoder for a topic that carries records of these schemas, in any released version. */
    public static AvroWire of(Schema... schemas) {
        return new AvroWire(Arrays.asList(schemas));
    }

    /** The bytes of a record, in the current version of its schema. */
    public static byte[] encode(SpecificRecordBase record) {
        try {
            ByteBuffer encoded = ENCODERS.get(record.getClass()).encode(record);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing to memory failed.", impossible);
        }
    }

    /**
     * The record in the bytes: an instance of the class generated from one of the schemas.
     *
     * @throws UndecodableException if the bytes are not exactly one such record
     */
    public SpecificRecordBase decode(byte[] bytes) throws UndecodableException {
        if (bytes.length < HEADER_BYTES || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
            throw new UndecodableException(
                    "value must be %s in Avro single-object encoding (C3 01, fingerprint, body), but its %d bytes start otherwise."
                            .formatted(expected, bytes.length));
        }
        long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
        BinaryMessageDecoder<SpecificRecordBase> decoder = decoders.get(fingerprint);
        if (decoder == null) {
            throw new UndecodableException(
                    "value must be %s, but its schema fingerprint %016x is none of theirs."
                            .formatted(expected, fingerprint));
        }
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            SpecificRecordBase record = decoder.decode(in, null);
            if (in.available() > 0) {
                throw new UndecodableException(
                        "value must be exactly one %s, but %d bytes follow it."
                                .formatted(record.getSchema().getName(), in.available()));
            }
            return record;
        } catch (IOException
                | AvroRuntimeException
                | UnsupportedOperationException
                | IndexOutOfBoundsException broken) {
            // Avro says "unsupported" of a length over a limit, and "out of bounds" of an enum.
            throw new UndecodableException(
                    "value must be %s, but does not decode: %s"
                            .formatted(expected, broken.getMessage()));
        }
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /** Every released version of a record's schema, listed in {@code released/index}. */
    private static List<Schema> released(String name) {
        try (InputStream index = resource("index");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(index, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.endsWith("/" + name + ".avsc"))
                    .map(AvroWire::parseReleased)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read " + RELEASED + "index.", unreadable);
        }
    }

    private static Schema parseReleased(String path) {
        try (InputStream in = resource(path)) {
            return new Schema.Parser().parse(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read " + RELEASED + path + ".", unreadable);
        }
    }

    private static InputStream resource(String path) throws IOException {
        InputStream in = AvroWire.class.getClassLoader().getResourceAsStream(RELEASED + path);
        if (in == null) {
            throw new IOException("The resource " + RELEASED + path + " is missing.");
        }
        return in;
    }

    private static final ClassValue<BinaryMessageEncoder<SpecificRecordBase>> ENCODERS =
            new ClassValue<>() {
                @Override
                protected BinaryMessageEncoder<SpecificRecordBase> computeValue(Class<?> type) {
                    SpecificData model = SpecificData.getForClass(type);
                    return new BinaryMessageEncoder<>(model, model.getSchema(type));
                }
            };
}
