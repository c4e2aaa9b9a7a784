package io.nearstream.jobs.common.state;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.RawRecordSerializer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes written by release 0.1; a change here breaks every existing savepoint. */
class RecordFormatTest {
    private static final RecordKey KEY = new RecordKey(0x1112131415161718L, "a\u00e9");
    private static final String KEY_HEX = "1112131415161718" + "0003" + "61c3a9";
    private static final Version VERSION = new Version(0x0102030405060708L, 3, 9);
    private static final String VERSION_HEX = "0102030405060708" + "00000003" + "0000000000000009";

    @Test
    void recordKeyKeepsItsBytes() throws Exception {
        assertFormat(RecordKeySerializer.INSTANCE, KEY, KEY_HEX, 1);
    }

    @Test
    void recordKeyKeepsItsHash() {
        assertThat(KEY.hashCode()).isEqualTo(31 * (0x11121314 ^ 0x15161718) + "a\u00e9".hashCode());
    }

    @Test
    void indexChangeKeepsItsBytes() throws Exception {
        IndexChange change =
                new IndexChange(
                        KEY,
                        false,
                        VERSION,
                        new byte[] {1, -2},
                        new int[] {7, -16},
                        2,
                        0x2122232425262728L,
                        List.of("red", "blue"),
                        new byte[] {5},
                        0x3132333435363738L,
                        0x4142434445464748L);
        assertFormat(
                IndexChangeSerializer.INSTANCE,
                change,
                KEY_HEX
                        + "00"
                        + VERSION_HEX
                        + "00000002"
                        + "01fe"
                        + "00000002"
                        + "00000007fffffff0"
                        + "00000002"
                        + "2122232425262728"
                        + "00000002"
                        + "0003726564"
                        + "0004626c7565"
                        + "00000001"
                        + "05"
                        + "3132333435363738"
                        + "4142434445464748",
                1);
    }

    @Test
    void deletingIndexChangeKeepsItsBytes() throws Exception {
        assertFormat(
                IndexChangeSerializer.INSTANCE,
                IndexChange.deleted(KEY, VERSION),
                KEY_HEX
                        + "01"
                        + VERSION_HEX
                        + "00000000"
                        + "00000000"
                        + "00000000"
                        + "0000000000000000"
                        + "00000000"
                        + "00000000"
                        + "0102030405060708"
                        + "7fffffffffffffff",
                1);
    }

    @Test
    void recordsOfKafkaTravelUnchanged() throws Exception {
        byte[] key = {1, 2};
        byte[] value = {3};
        assertRoundTrip(
                RawRecordSerializer.INSTANCE, new RawRecord("t", 1, 2, 3, key, value, false));
        assertRoundTrip(
                RawRecordSerializer.INSTANCE, new RawRecord("t", 1, 2, 3, key, new byte[0], true));
        assertRoundTrip(
                RawRecordSerializer.INSTANCE, new RawRecord("t", 1, 2, 3, key, value, false, -7));
        assertRoundTrip(OutRecordSerializer.INSTANCE, new OutRecord("t", 4, key, value, false));
        assertRoundTrip(OutRecordSerializer.INSTANCE, OutRecord.tombstone("t", key));
    }
}
