package io.nearstream.jobs.query.gauge;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertRoundTrip;

import io.nearstream.core.recall.RecallObservation;
import io.nearstream.jobs.query.message.ProbeKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What savepoints hold of the gauge; a change here breaks every existing one. */
class GaugeFormatTest {
    private static final ProbeKey PROBE = new ProbeKey(3, 5);

    @Test
    void gaugedAnswersKeepTheirBytes() throws Exception {
        assertFormat(
                GaugedAnswersSerializer.INSTANCE,
                new GaugedAnswers(
                        4, 2, 1.5, 300, List.of(new RecallObservation(10, 4, 0x81, 0.75))),
                "04"
                        + "00000002"
                        + "3ff8000000000000"
                        + "000000000000012c"
                        + "00000001"
                        + "0a04"
                        + "0000000000000081"
                        + "3fe8000000000000",
                1);
    }

    @Test
    void sliceLevelKeepsItsBytes() throws Exception {
        assertFormat(
                SliceLevelSerializer.INSTANCE,
                new SliceLevel(0x1112131415161718L, 9),
                "111213141516171809",
                1);
    }

    @Test
    void sliceRowKeepsItsBytes() throws Exception {
        assertFormat(
                SliceRowSerializer.INSTANCE,
                new SliceRow(0x1112131415161718L, 9, new byte[] {7, 8}),
                "1112131415161718" + "09" + "00000002" + "0708",
                1);
    }

    @Test
    void bothHalvesOfAProbeTravel() throws Exception {
        assertRoundTrip(
                GaugeNoteSerializer.INSTANCE,
                GaugeNote.asked(PROBE, 7, 1, 1.25, 0.95, 10, 99, new byte[] {1, 2}));
        assertRoundTrip(
                GaugeNoteSerializer.INSTANCE,
                GaugeNote.answered(PROBE, 7, 50, 60, List.of("a", "b"), new double[] {1, 2.5}));
    }
}
