package io.nearstream.jobs.ingest.train;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;

import org.junit.jupiter.api.Test;

class SampleFormatTest {
    @Test
    void sampleSizeKeepsItsBytes() throws Exception {
        assertFormat(
                SampleSizeSerializer.INSTANCE, new SampleSize(7, 4), "00000007" + "00000004", 1);
    }

    @Test
    void sampleVectorKeepsItsBytes() throws Exception {
        assertFormat(
                SampleVectorSerializer.INSTANCE,
                new SampleVector(9, new byte[] {1, 2}),
                "0000000000000009" + "00000002" + "0102",
                1);
    }
}
