package io.nearstream.jobs.ingest.version;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.ingest.Samples;
import org.junit.jupiter.api.Test;

class VersionStateFormatTest {
    private static final Version VERSION = new Version(0x0102030405060708L, 3, 9);

    @Test
    void recordStateKeepsItsBytes() throws Exception {
        assertFormat(
                RecordStateSerializer.INSTANCE,
                new RecordState(VERSION, false, 0x1112131415161718L),
                "0102030405060708" + "00000003" + "0000000000000009" + "00" + "1112131415161718",
                1);
        assertFormat(
                RecordStateSerializer.INSTANCE,
                new RecordState(VERSION, true, IndexChange.NEVER),
                "0102030405060708" + "00000003" + "0000000000000009" + "01" + "7fffffffffffffff",
                1);
    }

    @Test
    void indexUpdateKeepsItsBytes() throws Exception {
        assertFormat(
                IndexUpdateSerializer.INSTANCE,
                new IndexUpdate(Samples.change("a", VERSION, 7), true),
                "01"
                        + "0000000000001234000161"
                        + "00"
                        + "0102030405060708000000030000000000000009"
                        + "0000000401020304"
                        + "00000001ffffffff"
                        + "000000000000000000000000"
                        + "00000000"
                        + "00000000"
                        + "0102030405060708"
                        + "0000000000000007",
                1);
    }
}
