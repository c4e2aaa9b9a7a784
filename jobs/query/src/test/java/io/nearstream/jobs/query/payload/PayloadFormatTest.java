package io.nearstream.jobs.query.payload;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;

import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.message.ProbeKey;
import org.junit.jupiter.api.Test;

/** Bytes written by release 0.1; a change here breaks every existing savepoint. */
class PayloadFormatTest {
    private static final ProbeKey PROBE = new ProbeKey(3, 0x0102030405060708L);
    private static final String PROBE_HEX = "00000003" + "0102030405060708";
    private static final RecordKey RECORD = new RecordKey(0x1112131415161718L, "id");
    private static final String RECORD_HEX = "1112131415161718" + "0002" + "6964";
    private static final Version VERSION = new Version(0x2122232425262728L, 3, 9);
    private static final String VERSION_HEX = "2122232425262728" + "00000003" + "0000000000000009";

    @Test
    void storedPayloadKeepsItsBytes() throws Exception {
        assertFormat(
                StoredPayloadSerializer.INSTANCE,
                new StoredPayload(RECORD, VERSION, new byte[] {1, 2}),
                RECORD_HEX + VERSION_HEX + "00000002" + "0102",
                1);
    }

    @Test
    void payloadRequestKeepsItsBytes() throws Exception {
        assertFormat(
                PayloadRequestSerializer.INSTANCE,
                new PayloadRequest(PROBE, 4, 5, RECORD, VERSION),
                PROBE_HEX + "00000004" + "00000005" + RECORD_HEX + VERSION_HEX,
                1);
    }

    @Test
    void payloadPartKeepsItsBytes() throws Exception {
        assertFormat(
                PayloadPartSerializer.INSTANCE,
                new PayloadPart(PROBE, 4, 5, new byte[] {7}),
                PROBE_HEX + "00000004" + "00000005" + "00000001" + "07",
                1);
    }

    @Test
    void openAnswerKeepsItsBytes() throws Exception {
        assertFormat(
                OpenAnswerSerializer.INSTANCE,
                new OpenAnswer(PROBE, new byte[] {8, 9}, -1, 6, 0x3132333435363738L),
                PROBE_HEX + "00000002" + "0809" + "ffffffff" + "00000006" + "3132333435363738",
                1);
    }
}
