package io.nearstream.jobs.ingest.keyvalue;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.wire.KeyValueWire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyValueMessageTest {
    private static final Version VERSION = new Version(1, 2, 3);

    @Test
    void messagesBetweenTasksComeBack() throws Exception {
        for (Condition condition :
                List.of(Condition.NONE, Condition.ABSENT, Condition.version(VERSION))) {
            assertRoundTrip(
                    KeyValueCommandSerializer.INSTANCE,
                    new KeyValueCommand(
                            KeyValueCommand.Op.PUT,
                            "kéy",
                            VERSION,
                            StoredValue.of(new byte[1_000]),
                            4,
                            5,
                            condition,
                            "r",
                            6));
        }
        assertRoundTrip(
                KeyValueUpdateSerializer.INSTANCE,
                new KeyValueUpdate("k", KeyValueEntry.tombstone(VERSION, 7), true));
    }

    /** Progress must share no key with anybody's data: compaction would forget the data. */
    @Test
    void progressKeysAreNoUtf8() {
        KeyValueChangeFormat format = new KeyValueChangeFormat();
        byte[] key = format.progressKey(1, 2);
        assertThat(KeyValueWire.isProgress(key)).isTrue();
        assertThat(new String(key, StandardCharsets.UTF_8)).endsWith("progress/1/2");
        assertThat(KeyValueWire.isProgress(KeyValueWire.key("progress/1/2"))).isFalse();
        assertThat(KeyValueWire.isProgress(KeyValueWire.key("\u00ff"))).isFalse();
    }

    @Test
    void forgottenKeyIsKafkasNull() {
        OutRecord record =
                new KeyValueChangeFormat()
                        .encode(new KeyValueUpdate("k", KeyValueEntry.tombstone(VERSION, 7), true));
        assertThat(record.tombstone()).isTrue();
        assertThat(record.key()).isEqualTo(KeyValueWire.key("k"));
    }
}
