package io.nearstream.jobs.query.bucket;

import static io.nearstream.jobs.query.testing.Counters.count;
import static io.nearstream.jobs.query.testing.Counters.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.jobs.query.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.junit.jupiter.api.Test;

/** Probes that wait for query time. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class ParkedProbesTest {
    private static final long UID = Samples.PLACES.uid();
    private static final byte[] VECTOR = Vectors.fromFloats(.1f, .2f, .3f, .4f);
    private static final int[] CELLS = Samples.PLACES_1.all();
    private static final Owners OWNERS = new Owners(Samples.MAX_PARALLELISM);

    private static TestingDirectory learned() {
        return new TestingDirectory()
                .create(Samples.PLACES, 10)
                .publish(Samples.PLACES, Samples.PLACES_1, 20);
    }

    private static byte[] row(String id) {
        return EntryRow.put(id, Samples.version(1), 1, IndexChange.NEVER, List.of(), false, VECTOR);
    }

    private static int[] owned(int parallelism, int subtask) {
        return IntStream.of(CELLS)
                .filter(cell -> OWNERS.subtask(new BucketKey(UID, cell), parallelism) == subtask)
                .toArray();
    }

    private static ProbeMessage exhaustive(int offset, long atLeast) {
        return Probes.exhaustive(UID, VECTOR).key(new ProbeKey(0, offset)).atLeast(atLeast).build();
    }

    @Test
    void probeIsAnsweredOnceItsTimeHasComeAndSeesWhatCameBefore() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(learned())) {
            buckets.watermark(49);
            buckets.probe(exhaustive(1, 51));
            buckets.probe(exhaustive(2, 50));
            buckets.append(UID, 1, row("a"));
            assertThat(buckets.shares()).isEmpty();
            assertThat(gauge(buckets.flink(), "parkedProbes")).isEqualTo(2);
            buckets.flink().processWatermark2(new Watermark(99));
            assertThat(buckets.shares()).isEmpty();
            buckets.watermark(50);
            List<Partial> first = buckets.shares();
            assertThat(first).extracting(Partial::key).containsExactly(new ProbeKey(0, 2));
            assertThat(first.get(0).vectorsScored()).isEqualTo(1);
            buckets.watermark(60);
            assertThat(buckets.shares())
                    .singleElement()
                    .matches(share -> share.asOf() == 60 && share.key().offset() == 1);
            buckets.probe(exhaustive(3, 60));
            assertThat(buckets.shares()).hasSize(1);
        }
    }

    @Test
    void probesBeyondTheLimitAreCounted() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(learned())) {
            for (int i = 0; i < BucketHarness.PENDING_MAX + 2; i++) {
                buckets.probe(exhaustive(i, 50));
            }
            assertThat(count(buckets.flink(), "probesNotParked")).isEqualTo(2);
            buckets.watermark(50);
            assertThat(buckets.shares()).hasSize(BucketHarness.PENDING_MAX);
        }
    }

    /** A time that never comes must not keep a place. */
    @Test
    void probesAreGivenUpBehindTheLongestDeadline() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(learned())) {
            buckets.probe(exhaustive(1, Long.MAX_VALUE));
            buckets.pass(BucketHarness.DEADLINE_MAX_MS);
            assertThat(gauge(buckets.flink(), "parkedProbes")).isEqualTo(1);
            buckets.pass(2_000);
            assertThat(gauge(buckets.flink(), "parkedProbes")).isZero();
        }
    }

    /**
     * Two subtasks wait with what they own. After the restore, whatever their number, each gives
     * one share with all that it owns of the probe, and together they visit every bucket once.
     */
    @Test
    void parkedProbesAreAnsweredAfterARestoreAtAnyParallelism() throws Exception {
        TestingDirectory directory = learned();
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (BucketHarness buckets = BucketHarness.open(directory, 2, subtask)) {
                for (int cell : owned(2, subtask)) {
                    buckets.append(UID, cell, row("in" + cell));
                }
                buckets.probe(
                        Probes.routed(UID, 1, VECTOR, owned(2, subtask))
                                .target(subtask)
                                .limit(100)
                                .atLeast(50)
                                .build());
                states.add(buckets.snapshot(1));
            }
        }
        for (int parallelism = 1; parallelism <= 4; parallelism++) {
            List<String> found = new ArrayList<>();
            int visited = 0;
            for (int subtask = 0; subtask < parallelism; subtask++) {
                Partial share = onlyShare(directory, states, parallelism, subtask);
                assertThat(share.misrouted()).isZero();
                visited += share.bucketsVisited();
                for (Hit hit : share.answers().get(0).hits()) {
                    found.add(EntryRow.id(hit.row(), 0));
                }
            }
            assertThat(visited).isEqualTo(CELLS.length);
            assertThat(found).hasSize(CELLS.length).doesNotHaveDuplicates();
        }
    }

    private static Partial onlyShare(
            TestingDirectory directory,
            List<OperatorSubtaskState> states,
            int parallelism,
            int subtask)
            throws Exception {
        try (BucketHarness buckets =
                BucketHarness.restore(directory, states, parallelism, subtask)) {
            buckets.watermark(50);
            List<Partial> shares = buckets.shares();
            assertThat(shares).hasSize(1);
            return shares.get(0);
        }
    }
}
