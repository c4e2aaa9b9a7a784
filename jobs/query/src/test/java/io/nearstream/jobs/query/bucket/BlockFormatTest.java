package io.nearstream.jobs.query.bucket;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;

import org.junit.jupiter.api.Test;

/** Bytes written by release 0.1; a change here breaks every existing savepoint. */
class BlockFormatTest {
    @Test
    void blockKeepsItsBytes() throws Exception {
        assertFormat(BlockSerializer.INSTANCE, new byte[] {1, 2, -1}, "00000003" + "0102ff", 1);
        assertFormat(BlockSerializer.INSTANCE, new byte[0], "00000000", 1);
    }
}
