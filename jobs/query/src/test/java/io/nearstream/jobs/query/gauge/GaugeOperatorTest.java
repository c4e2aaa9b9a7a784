package io.nearstream.jobs.query.gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.recall.RecallController;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.RecallGauged;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class GaugeOperatorTest {
    private static final int FIRST = RecallController.PROBES_LEAST;
    private static final String[] FAR = {"far"};
    private static final String[] NEAR = {"near"};

    private final TestingDirectory directory = new TestingDirectory().create(Samples.PLACES, 1);

    /** The slice has a record at 1 and one at 2; an answer of one hit finds the farther one. */
    private static void fill(GaugeHarness gauge) throws Exception {
        gauge.put("near", 10, 1);
        gauge.put("far", 11, 2);
        gauge.watermark(100);
    }

    private static RecallGauged only(GaugeHarness gauge) throws Exception {
        List<RecallGauged> written = gauge.written();
        assertThat(written).hasSize(1);
        return written.get(0);
    }

    private static void missing(GaugeHarness gauge, int probes) throws Exception {
        for (int i = 0; i < probes; i++) {
            gauge.probe(50, 60, 1, FAR, 2);
        }
    }

    private static void finding(GaugeHarness gauge, int probes) throws Exception {
        for (int i = 0; i < probes; i++) {
            gauge.probe(50, 60, 1, NEAR, 1);
        }
    }

    @Test
    void answersThatMissMakeProbesVisitMore() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            missing(gauge, FIRST);
            RecallGauged written = only(gauge);
            assertThat(written.getRecall()).isLessThan(0.1);
            assertThat(written.getCorrection()).isEqualTo(1.6);
            assertThat(written.getGeneration()).isEqualTo(1);
            assertThat(written.getJob()).isEqualTo("query");
            assertThat(written.getProbes()).isEqualTo(FIRST);
            directory.append(100, written);
            assertThat(directory.recallCorrection(Samples.PLACES.uid(), "query", 1)).isEqualTo(1.6);
            assertThat(directory.recallCorrection(Samples.PLACES.uid(), "query", 2)).isEqualTo(1);
            assertThat(directory.recallCorrection(Samples.PLACES.uid(), "other", 1)).isEqualTo(1);
        }
    }

    /** An alert compares the two: the upper end of the interval, and what probes aimed at. */
    @Test
    void metricsShowTheEstimateBesideItsTarget() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            missing(gauge, 1);
            assertThat(gauge.shown("recallTarget")).isNaN();
            missing(gauge, FIRST - 1);
            assertThat(gauge.shown("recallTarget")).isCloseTo(0.9, within(1e-9));
            assertThat(gauge.shown("recallHigh")).isLessThan(0.9);
        }
    }

    @Test
    void answersThatFindAllAreSaidOnce() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            finding(gauge, FIRST);
            RecallGauged written = only(gauge);
            assertThat(written.getRecall()).isGreaterThan(0.95);
            assertThat(written.getHigh()).isEqualTo(1);
            assertThat(written.getCorrection()).isBetween(0.8, 1.0);
        }
    }

    /** What the slice has and the answer may not have does not count. */
    @Test
    void recordsThatAreNewerThanTheAnswerAreNoMisses() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            gauge.put("near", 55, 1.5);
            gauge.put("nearest", 56, 0.5);
            missing(gauge, FIRST);
            assertThat(only(gauge).getRecall()).isGreaterThan(0.95);
        }
    }

    /** What the answer may have and the slice does not know yet is waited for. */
    @Test
    void recordsThatWereDeletedMeanwhileAreNoMisses() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            gauge.put("near", 10, 1);
            gauge.put("far", 11, 2);
            gauge.watermark(59);
            missing(gauge, FIRST);
            assertThat(gauge.written()).isEmpty();
            gauge.delete("near", 58);
            gauge.watermark(60);
            assertThat(only(gauge).getRecall()).isGreaterThan(0.95);
        }
    }

    @Test
    void expiredRecordsAreNoMisses() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            gauge.put("near", 10, 1, 59);
            gauge.put("far", 11, 2);
            gauge.watermark(100);
            missing(gauge, FIRST);
            assertThat(only(gauge).getRecall()).isGreaterThan(0.95);
        }
    }

    @Test
    void olderRowsAndRemovalsOfOlderBucketsDoNothing() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            gauge.put("near", 9, 5);
            gauge.delete("near", 10); // left an older bucket: the record's own version
            missing(gauge, FIRST);
            assertThat(only(gauge).getRecall()).isLessThan(0.1);
        }
    }

    @Test
    void sliceAndAnswersOutliveARestore() throws Exception {
        OperatorSubtaskState state;
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            missing(gauge, FIRST - 1);
            state = gauge.flink().snapshot(1, 0);
        }
        try (GaugeHarness gauge = new GaugeHarness(directory).restore(state)) {
            gauge.watermark(100);
            missing(gauge, 1);
            assertThat(only(gauge).getProbes()).isEqualTo(FIRST);
        }
    }

    @Test
    void answersOfAnotherCorrectionBeginAnew() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            missing(gauge, FIRST);
            gauge.written();
            gauge.correction(1.6);
            finding(gauge, FIRST);
            RecallGauged written = only(gauge);
            assertThat(written.getRecall()).isGreaterThan(0.95);
            assertThat(written.getCorrection()).isLessThanOrEqualTo(1.6);
        }
    }

    /** More records than a slice may hold: it holds half of them, and each stands for two. */
    @Test
    void sliceIsBounded() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            for (int i = 0; i < 1_000; i++) {
                gauge.put("r" + i, 10, 3 + i);
            }
            int records = 0;
            for (int i = 0; i < 1_000; i++) {
                gauge.delete("r" + i, 11);
                records = Math.max(records, gauge.flink().numKeyedStateEntries());
            }
            assertThat(records).isLessThanOrEqualTo(64 + 1);
        }
    }

    @Test
    void nothingStaysOfADroppedCollection() throws Exception {
        try (GaugeHarness gauge = new GaugeHarness(directory).open()) {
            fill(gauge);
            finding(gauge, 3);
            directory.drop(Samples.PLACES, 200);
            for (int i = 0; i < 10; i++) {
                gauge.flink().setProcessingTime(gauge.flink().getProcessingTime() + 20);
            }
            assertThat(gauge.flink().numKeyedStateEntries()).isZero();
            gauge.put("late", 300, 1);
            finding(gauge, FIRST);
            assertThat(gauge.written()).isEmpty();
            assertThat(gauge.flink().numKeyedStateEntries()).isZero();
        }
    }
}
