package io.nearstream.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.IndexChange;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.KeyValueChange;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.Match;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes written by every released version are read forever. {@code -Dnearstream.release=vN} writes
 * the files of a new version: schema, golden bytes, index.
 */
class ReleasedSchemasTest {
    private static final Path RELEASED = Path.of("released");

    private static final List<Schema> ALL =
            List.of(
                    VectorWrite.getClassSchema(),
                    Tick.getClassSchema(),
                    IndexChange.getClassSchema(),
                    Progress.getClassSchema(),
                    IndexMove.getClassSchema(),
                    Probe.getClassSchema(),
                    ProbeResult.getClassSchema(),
                    CollectionDescriptor.getClassSchema(),
                    CodebookChunk.getClassSchema(),
                    Settled.getClassSchema(),
                    RecallGauged.getClassSchema(),
                    DeadLetter.getClassSchema(),
                    KeyValueWrite.getClassSchema(),
                    KeyValueChange.getClassSchema(),
                    KeyValueResult.getClassSchema(),
                    Match.getClassSchema(),
                    StandingRegistration.getClassSchema(),
                    StandingDifference.getClassSchema());

    static List<Schema> all() throws IOException {
        String release = System.getProperty("nearstream.release", "");
        if (!release.isEmpty()) {
            write(release);
        }
        return ALL;
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyReleasedVersionIsRead(Schema schema) throws Exception {
        List<String> versions =
                Files.readAllLines(RELEASED.resolve("index")).stream()
                        .filter(line -> line.endsWith("/" + schema.getName() + ".avsc"))
                        .toList();
        assertThat(versions).as("released versions of %s", schema.getName()).isNotEmpty();
        for (String version : versions) {
            String hex = Files.readString(RELEASED.resolve(version.replace(".avsc", ".hex")));
            SpecificRecordBase read =
                    AvroWire.of(schema).decode(HexFormat.of().parseHex(hex.trim()));
            Schema writer = new Schema.Parser().parse(Files.readString(RELEASED.resolve(version)));
            assertThat(read).isEqualTo(RecordSamples.sample(schema, writer));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void currentVersionIsReleased(Schema schema) throws Exception {
        List<Long> fingerprints =
                Files.readAllLines(RELEASED.resolve("index")).stream()
                        .filter(line -> line.endsWith("/" + schema.getName() + ".avsc"))
                        .map(ReleasedSchemasTest::fingerprint)
                        .toList();
        assertThat(fingerprints)
                .as("%s changed: release it with -Dnearstream.release=vN", schema.getName())
                .contains(SchemaNormalization.parsingFingerprint64(schema));
    }

    @ParameterizedTest
    @MethodSource("all")
    void brokenBytesAreRefused(Schema schema) {
        byte[] good = AvroWire.encode(RecordSamples.sample(schema));
        AvroWire wire = AvroWire.of(schema);
        Property.holds(
                500,
                random -> {
                    byte[] broken = good.clone();
                    int flips = 1 + random.nextInt(6);
                    for (int i = 0; i < flips; i++) {
                        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
                    }
                    try {
                        assertThat(wire.decode(broken)).isNotNull(); // still a record: harmless
                    } catch (UndecodableException refused) {
                        assertThat(refused).hasMessageContaining(schema.getName());
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyTruncationIsRefused(Schema schema) {
        byte[] good = AvroWire.encode(RecordSamples.sample(schema));
        AvroWire wire = AvroWire.of(schema);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(good, length);
            assertThatThrownBy(() -> wire.decode(cut))
                    .as("first %d bytes", cut.length)
                    .isInstanceOf(UndecodableException.class);
        }
    }

    @Test
    void bytesBehindTheRecordAreRefused() {
        byte[] good = AvroWire.encode(new Tick(5L));
        byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> AvroWire.of(Tick.getClassSchema()).decode(longer))
                .hasMessage("value must be exactly one Tick, but 1 bytes follow it.");
    }

    private static long fingerprint(String path) {
        try {
            return SchemaNormalization.parsingFingerprint64(
                    new Schema.Parser().parse(Files.readString(RELEASED.resolve(path))));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static void write(String release) throws IOException {
        Path directory = Files.createDirectories(RELEASED.resolve(release));
        Path index = RELEASED.resolve("index");
        List<String> lines =
                Files.exists(index)
                        ? new java.util.ArrayList<>(Files.readAllLines(index))
                        : new java.util.ArrayList<>();
        for (Schema schema : ALL) {
            String path = release + "/" + schema.getName() + ".avsc";
            Files.writeString(directory.resolve(schema.getName() + ".avsc"), schema + "\n");
            byte[] bytes = AvroWire.encode(RecordSamples.sample(schema));
            Files.writeString(
                    directory.resolve(schema.getName() + ".hex"),
                    HexFormat.of().formatHex(bytes) + "\n");
            if (!lines.contains(path)) {
                lines.add(path);
            }
        }
        Files.write(index, lines);
    }
}
