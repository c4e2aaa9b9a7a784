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

    @Test
    void sliceChangeKeepsItsBytes() throws Exception {
        assertFormat(
                SliceChangeSerializer.INSTANCE,
                new SliceChange(9, 5, 3, new byte[] {1, 2}, new int[] {7, -1}, 4),
                "0000000000000009"
                        + "0000000000000005"
                        + "03"
                        + "00000002"
                        + "0102"
                        + "00000002"
                        + "00000007"
                        + "ffffffff"
                        + "00000004",
                1);
    }

    @Test
    void sliceInfoKeepsItsBytes() throws Exception {
        assertFormat(
                SliceInfoSerializer.INSTANCE,
                new SliceInfo(2, 3, 4, 5),
                "02" + "00000003" + "0000000000000004" + "00000005",
                1);
    }
}
