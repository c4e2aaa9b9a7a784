package io.nearstream.jobs.query.message;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertMigrates;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What a probe becomes on its way. Bytes written by release 0.1; a change here breaks every
 * existing savepoint.
 */
class ProbeFormatTest {
    private static final ProbeKey PROBE = new ProbeKey(3, 0x0102030405060708L);
    private static final String PROBE_HEX = "00000003" + "0102030405060708";

    @Test
    void probeMessageKeepsItsBytes() throws Exception {
        ProbeMessage message =
                new ProbeMessage(
                        2,
                        PROBE,
                        0x1112131415161718L,
                        1,
                        true,
                        new Effort(0.5, 6, false),
                        100,
                        99,
                        101,
                        10,
                        2.0,
                        new LabelFilter(List.of("a"), List.of(), List.of("b", "c")),
                        true,
                        List.of(new QueryPart(4, new byte[] {1, -1}, new int[] {8, -9})));
        assertFormat(
                ProbeMessageSerializer.INSTANCE,
                message,
                "00000002"
                        + PROBE_HEX
                        + "1112131415161718"
                        + "00000001"
                        + "01"
                        + "3fe0000000000000"
                        + "00000006"
                        + "00"
                        + "0000000000000064"
                        + "0000000000000063"
                        + "0000000000000065"
                        + "0000000a"
                        + "4000000000000000"
                        + "00000001"
                        + "000161"
                        + "00000000"
                        + "00000002"
                        + "000162"
                        + "000163"
                        + "01"
                        + "00000001"
                        + "00000004"
                        + "00000002"
                        + "01ff"
                        + "00000002"
                        + "00000008fffffff7",
                2);
    }

    /** Of one that is restored from it somebody may still wait. */
    @Test
    void probeMessagesOfTheFirstFormatAreReadAndMigrate() throws Exception {
        assertMigrates(
                ProbeMessageSerializer.INSTANCE,
                new ProbeMessage(
                        2,
                        PROBE,
                        3,
                        1,
                        true,
                        new Effort(0.5, 6, false),
                        100,
                        99,
                        Long.MAX_VALUE,
                        10,
                        2.0,
                        LabelFilter.NONE,
                        true,
                        List.of()),
                "00000002"
                        + PROBE_HEX
                        + "0000000000000003"
                        + "00000001"
                        + "01"
                        + "3fe0000000000000"
                        + "00000006"
                        + "00"
                        + "0000000000000064"
                        + "0000000000000063"
                        + "0000000a"
                        + "4000000000000000"
                        + "00000000"
                        + "00000000"
                        + "00000000"
                        + "01"
                        + "00000000",
                1);
    }

    @Test
    void headerKeepsItsBytes() throws Exception {
        for (Metric metric : Metric.values()) {
            ProbeHeader header =
                    new ProbeHeader(
                            PROBE,
                            "id",
                            -1,
                            7,
                            metric,
                            16,
                            2,
                            10,
                            true,
                            false,
                            true,
                            false,
                            new long[] {3, 1L << 63},
                            4,
                            5,
                            6,
                            Optional.empty());
            assertFormat(
                    ProbeHeaderSerializer.INSTANCE,
                    header,
                    PROBE_HEX
                            + "0002"
                            + "6964"
                            + "ffffffff"
                            + "0000000000000007"
                            + "%02x"
                                    .formatted(
                                            List.of(
                                                            "L2",
                                                            "COSINE",
                                                            "INNER_PRODUCT",
                                                            "HAMMING",
                                                            "JACCARD")
                                                    .indexOf(metric.name()))
                            + "00000010"
                            + "00000002"
                            + "0000000a"
                            + "01000100"
                            + "00000002"
                            + "0000000000000003"
                            + "8000000000000000"
                            + "00000004"
                            + "0000000000000005"
                            + "0000000000000006"
                            + "00",
                    2);
        }
    }

    @Test
    void thePlanOfAHeaderKeepsItsBytes() throws Exception {
        RecordCheck check =
                new RecordCheck(
                        9,
                        new LabelFilter(List.of("a"), List.of(), List.of("b")),
                        true,
                        List.of(new byte[] {1, 2}));
        ProbeHeader header =
                new ProbeHeader(
                        PROBE,
                        "",
                        0,
                        7,
                        Metric.L2,
                        16,
                        1,
                        10,
                        true,
                        false,
                        false,
                        false,
                        new long[0],
                        0,
                        0,
                        0,
                        Optional.of(new RerankPlan(20, 0.5, check)));
        assertFormat(
                ProbeHeaderSerializer.INSTANCE,
                header,
                PROBE_HEX
                        + "0000"
                        + "00000000"
                        + "0000000000000007"
                        + "00"
                        + "00000010"
                        + "00000001"
                        + "0000000a"
                        + "01000000"
                        + "00000000"
                        + "00000000"
                        + "0000000000000000"
                        + "0000000000000000"
                        + "01"
                        + "00000014"
                        + "3fe0000000000000"
                        + "0000000000000009"
                        + "00000001"
                        + "000161"
                        + "00000000"
                        + "00000001"
                        + "000162"
                        + "01"
                        + "00000001"
                        + "00000002"
                        + "0102",
                2);
    }
}
