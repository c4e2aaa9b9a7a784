package io.nearstream.jobs.common.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

class JobNewsTest {
    private static final CollectionSettings PLACES =
            CollectionSettings.learned("places", 1, 2, Metric.L2, Encoding.UINT8);

    private final JobNews news = new JobNews();
    private long offset;

    private static Settled settled(String job, int generation, int subtask, int of) {
        return Settled.newBuilder()
                .setJob(job)
                .setCollection("places")
                .setCollectionUid(1)
                .setGeneration(generation)
                .setSubtask(subtask)
                .setOf(of)
                .build();
    }

    private void settle(int generation, int subtask, int of) {
        news.settled(offset++, settled("query", generation, subtask, of));
    }

    private int generation(long since) {
        return news.settledGeneration(1, "query", since);
    }

    private static RecallGauged gauged(String job, int generation, double correction) {
        return RecallGauged.newBuilder()
                .setJob(job)
                .setCollection("places")
                .setCollectionUid(1)
                .setGeneration(generation)
                .setCorrection(correction)
                .setRecall(0.9)
                .setLow(0.8)
                .setHigh(0.95)
                .setTarget(0.95)
                .setProbes(64)
                .build();
    }

    @Test
    void settledNeedsEverySubtaskSinceAnOffset() {
        settle(1, 0, 2);
        long since = offset;
        settle(1, 1, 2);
        assertThat(generation(0)).isEqualTo(1);
        assertThat(generation(since)).isZero();
        settle(1, 0, 2);
        assertThat(generation(since)).isEqualTo(1);
        assertThat(news.settledGeneration(1, "another", 0)).isZero();
        assertThat(news.settledGeneration(2, "query", 0)).isZero();
    }

    /** After a rescale the subtasks are others. */
    @Test
    void settledCountsTheSubtasksOfOneParallelism() {
        settle(1, 0, 2);
        settle(1, 1, 3);
        assertThat(generation(0)).isZero();
        settle(1, 0, 3);
        settle(1, 2, 3);
        assertThat(generation(0)).isEqualTo(1);
    }

    @Test
    void newestGenerationThatAllHaveReachedCounts() {
        settle(1, 0, 3);
        settle(4, 0, 3);
        settle(2, 1, 3);
        settle(3, 2, 3);
        assertThat(generation(0)).isEqualTo(2);
        settle(3, 1, 3);
        settle(2, 2, 3); // repeated late: nothing goes back
        assertThat(generation(0)).isEqualTo(3);
    }

    @Test
    void newestCorrectionOfEachJobAndOfTheTwoNewestGenerationsCounts() {
        news.gauged(gauged("query", 1, 1.5));
        news.gauged(gauged("query", 1, 2));
        news.gauged(gauged("other", 1, 0.5));
        assertThatThrownBy(() -> news.gauged(gauged("query", 1, 5)))
                .hasMessage("correction must be 0.5 to 4.0, but was 5.0.");
        assertThat(news.correction(1, "query", 1)).isEqualTo(2);
        assertThat(news.correction(1, "other", 1)).isEqualTo(0.5);
        assertThat(news.correction(1, "query", 2)).isEqualTo(1);
        assertThat(news.correction(2, "query", 1)).isEqualTo(1);
        news.gauged(gauged("query", 2, 3));
        news.gauged(gauged("query", 3, 4));
        assertThat(news.correction(1, "query", 1)).isEqualTo(1);
        assertThat(news.correction(1, "query", 2)).isEqualTo(3);
        assertThat(news.correction(1, "query", 3)).isEqualTo(4);
    }

    @Test
    void nothingIsKeptOfACollectionThatIsGone() {
        settle(1, 0, 1);
        news.gauged(gauged("query", 1, 2));
        assertThat(news.collections()).isEqualTo(1);
        news.forget(1);
        assertThat(news.collections()).isZero();
        assertThat(generation(0)).isZero();
        assertThat(news.correction(1, "query", 1)).isEqualTo(1);
    }

    @Test
    void droppedAndReplacedCollectionsAreForgottenAndLateNewsOfThemLeftOut() {
        CollectionLog dropped = log(ControlRecords.descriptor(PLACES, true));
        assertThat(dropped.settledGeneration(1, "query", 0)).isZero();
        assertThat(dropped.recallCorrection(1, "query", 1)).isEqualTo(1);
        CollectionSettings successor =
                CollectionSettings.learned("places", 2, 2, Metric.L2, Encoding.UINT8);
        CollectionLog replaced = log(ControlRecords.descriptor(successor, false));
        assertThat(replaced.settledGeneration(1, "query", 0)).isZero();
        assertThat(replaced.recallCorrection(1, "query", 1)).isEqualTo(1);
    }

    private CollectionLog log(SpecificRecordBase end) {
        CollectionLog log = new CollectionLog();
        apply(log, ControlRecords.descriptor(PLACES, false));
        apply(log, settled("query", 1, 0, 1));
        apply(log, gauged("query", 1, 2));
        assertThat(log.settledGeneration(1, "query", 0)).isEqualTo(1);
        assertThat(log.recallCorrection(1, "query", 1)).isEqualTo(2);
        apply(log, end);
        apply(log, settled("query", 1, 0, 1));
        apply(log, gauged("query", 1, 2));
        return log;
    }

    private void apply(CollectionLog log, SpecificRecordBase record) {
        log.apply(offset++, 10 + offset, Optional.of(AvroWire.encode(record)));
    }
}
