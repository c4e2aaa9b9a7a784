package io.nearstream.jobs.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class UidHeaderTest {
    private static final String KEY = "nearstream-uid"; // permanent

    @Test
    void bytesArePermanent() {
        assertThat(UidHeader.encode(0x0102030405060708L)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        RecordHeaders headers = new RecordHeaders();
        headers.add(KEY, new byte[] {-1, 0, 0, 0, 0, 0, 0, 2});
        assertThat(UidHeader.read(headers)).isEqualTo(0xff00000000000002L);
    }

    @Test
    void whatIsNoUidIsNone() {
        RecordHeaders headers = new RecordHeaders();
        assertThat(UidHeader.read(headers)).isEqualTo(RawRecord.NO_UID);
        headers.add(KEY, new byte[7]);
        assertThat(UidHeader.read(headers)).isEqualTo(RawRecord.NO_UID);
        headers.add(KEY, null);
        assertThat(UidHeader.read(headers)).isEqualTo(RawRecord.NO_UID);
    }
}
