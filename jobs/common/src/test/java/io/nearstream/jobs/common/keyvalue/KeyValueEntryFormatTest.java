package io.nearstream.jobs.common.keyvalue;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.Compression;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.Version;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

/** The state of keys: savepoints hold these bytes, and live reads hand them out. */
class KeyValueEntryFormatTest {
    private static final Version VERSION = new Version(0x0102, 3, 0x0405);

    @Test
    void valueHasTheseBytes() throws Exception {
        assertFormat(
                KeyValueEntrySerializer.INSTANCE,
                new KeyValueEntry(false, VERSION, 0x06, 0x07, StoredValue.raw(new byte[] {8, 9})),
                "0100"
                        + "0000000000000102"
                        + "00000003"
                        + "0000000000000405"
                        + "0000000000000006"
                        + "0000000000000007"
                        + "00"
                        + "00000002"
                        + "000000020809",
                1);
    }

    @Test
    void compressedValueHasTheseBytes() throws Exception {
        assertFormat(
                KeyValueEntrySerializer.INSTANCE,
                new KeyValueEntry(
                        false,
                        VERSION,
                        0x06,
                        KeyValueEntry.NEVER,
                        new StoredValue(Compression.ZSTD, 0x0A, new byte[] {8, 9})),
                "0100"
                        + "0000000000000102"
                        + "00000003"
                        + "0000000000000405"
                        + "0000000000000006"
                        + "7fffffffffffffff"
                        + "01"
                        + "0000000a"
                        + "000000020809",
                1);
    }

    @Test
    void tombstoneHasTheseBytes() throws Exception {
        assertFormat(
                KeyValueEntrySerializer.INSTANCE,
                KeyValueEntry.tombstone(VERSION, 0x06),
                "0101"
                        + "0000000000000102"
                        + "00000003"
                        + "0000000000000405"
                        + "0000000000000006"
                        + "7fffffffffffffff"
                        + "00"
                        + "00000000"
                        + "00000000",
                1);
    }

    @Test
    void newerFormatIsNamed() {
        assertThatThrownBy(
                        () ->
                                KeyValueEntrySerializer.INSTANCE.deserialize(
                                        new DataInputDeserializer(new byte[] {2, 0})))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "The state of a key has format 2, but this build reads 1: use a newer one.");
    }

    /** Clients of queryable state and savepoints know these names. */
    @Test
    void namesArePermanent() {
        assertThat(KeyValueState.QUERYABLE_NAME).isEqualTo("nearstream-kv");
        assertThat(KeyValueState.STATE_NAME).isEqualTo("key-value");
        assertThat(KeyValueState.descriptor().getName()).isEqualTo("key-value");
    }
}
