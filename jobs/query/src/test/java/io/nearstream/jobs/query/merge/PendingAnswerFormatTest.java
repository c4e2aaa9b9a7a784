package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertMigrates;

import io.nearstream.core.model.Metric;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bytes written by releases; a change here breaks every existing savepoint. */
class PendingAnswerFormatTest {
    private static final ProbeKey PROBE = new ProbeKey(3, 0x0102030405060708L);
    private static final String PROBE_HEX = "00000003" + "0102030405060708";
    private static final Partial SHARE = new Partial(PROBE, 0, 1, 2, 3, 0, 5, 4, List.of());
    private static final String SHARE_HEX =
            PROBE_HEX
                    + "00000000"
                    + "00000001"
                    + "00000002"
                    + "0000000000000003"
                    + "00000000"
                    + "00000005"
                    + "0000000000000004"
                    + "00000000";
    private static final Partial SHARE_1 = new Partial(PROBE, 0, 1, 2, 3, 0, 0, 4, List.of());
    private static final String SHARE_HEX_1 =
            PROBE_HEX
                    + "00000000"
                    + "00000001"
                    + "00000002"
                    + "0000000000000003"
                    + "00000000"
                    + "0000000000000004"
                    + "00000000";
    private static final ProbeHeader HEADER =
            new ProbeHeader(
                    PROBE,
                    "p",
                    1,
                    7,
                    Metric.L2,
                    16,
                    1,
                    10,
                    false,
                    false,
                    false,
                    false,
                    new long[] {7},
                    2,
                    5,
                    6,
                    Optional.empty());
    private static final String HEADER_HEX =
            PROBE_HEX
                    + "000170"
                    + "00000001"
                    + "0000000000000007"
                    + "00"
                    + "00000010"
                    + "00000001"
                    + "0000000a"
                    + "00000000"
                    + "00000001"
                    + "0000000000000007"
                    + "00000002"
                    + "0000000000000005"
                    + "0000000000000006";
    private static final String NO_PLAN = "00";

    @Test
    void openAnswerKeepsItsBytes() throws Exception {
        PendingAnswer pending = new PendingAnswer(PROBE, 0x1112131415161718L);
        pending.header(HEADER);
        pending.add(SHARE);
        assertFormat(
                PendingAnswerSerializer.INSTANCE,
                pending,
                PROBE_HEX
                        + "1112131415161718"
                        + "01"
                        + HEADER_HEX
                        + NO_PLAN
                        + "00000001"
                        + SHARE_HEX
                        + "00",
                3);
    }

    @Test
    void answersOfTheFirstFormatAreReadAndMigrate() throws Exception {
        PendingAnswer pending = new PendingAnswer(PROBE, 0x1112131415161718L);
        pending.header(HEADER);
        pending.add(SHARE_1);
        assertMigrates(
                PendingAnswerSerializer.INSTANCE,
                pending,
                PROBE_HEX
                        + "1112131415161718"
                        + "01"
                        + HEADER_HEX
                        + "00000001"
                        + SHARE_HEX_1
                        + "00",
                1);
    }

    @Test
    void answersOfBeforeCodesAreReadAndMigrate() throws Exception {
        PendingAnswer pending = new PendingAnswer(PROBE, 0x1112131415161718L);
        pending.header(HEADER);
        pending.add(SHARE);
        assertMigrates(
                PendingAnswerSerializer.INSTANCE,
                pending,
                PROBE_HEX + "1112131415161718" + "01" + HEADER_HEX + "00000001" + SHARE_HEX + "00",
                2);
    }

    @Test
    void sharesBeforeTheirHeaderKeepTheirBytes() throws Exception {
        PendingAnswer pending = new PendingAnswer(PROBE, 0x1112131415161718L);
        pending.add(SHARE);
        assertFormat(
                PendingAnswerSerializer.INSTANCE,
                pending,
                PROBE_HEX + "1112131415161718" + "00" + "00000001" + SHARE_HEX + "00",
                3);
    }

    @Test
    void answeredOnesKeepTheirBytes() throws Exception {
        PendingAnswer pending = new PendingAnswer(PROBE, 0x1112131415161718L);
        pending.header(HEADER);
        pending.markAnswered();
        assertFormat(
                PendingAnswerSerializer.INSTANCE,
                pending,
                PROBE_HEX + "1112131415161718" + "01" + HEADER_HEX + NO_PLAN + "00000000" + "01",
                3);
    }
}
