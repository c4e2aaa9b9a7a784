package io.nearstream.jobs.ingest.backfill;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;

import org.junit.jupiter.api.Test;

class FileRowsFormatTest {
    @Test
    void rowsOfAFileKeepTheirBytes() throws Exception {
        assertFormat(
                FileRowsSerializer.INSTANCE,
                new FileRows("a.b", 5, 0x0102030405060708L),
                "0003" + "612e62" + "00000005" + "0102030405060708",
                1);
    }
}
