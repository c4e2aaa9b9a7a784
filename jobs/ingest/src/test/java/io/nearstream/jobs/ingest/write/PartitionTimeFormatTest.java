package io.nearstream.jobs.ingest.write;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;

import org.junit.jupiter.api.Test;

class PartitionTimeFormatTest {
    @Test
    void partitionTimeKeepsItsBytes() throws Exception {
        assertFormat(
                PartitionTimeSerializer.INSTANCE,
                new PartitionTime(5, 0x0102030405060708L),
                "00000005" + "0102030405060708",
                1);
    }
}
