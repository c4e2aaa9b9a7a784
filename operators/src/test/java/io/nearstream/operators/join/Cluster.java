package io.nearstream.operators.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.Visit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * The operators of a join in their harnesses, with channels between them: one attempt of a job,
 * from a checkpoint or from nothing. Which channel moves next is drawn at random.
 */
final class Cluster implements AutoCloseable {
    static final int MAX_PARALLELISM = 16;

    private final SplittableRandom random;
    private final List<KeyedOneInputStreamOperatorTestHarness<String, JoinChange, Visit>> places =
            new ArrayList<>();
    private final List<KeyedOneInputStreamOperatorTestHarness<Integer, Visit, PairChange>> buckets =
            new ArrayList<>();

    /** By place and bucket subtask: visits and watermarks. */
    private final List<List<Deque<Object>>> channels = new ArrayList<>();

    private final long[][] watermarks;
    private long told = Long.MIN_VALUE;
    private final long[] bucketTimes;
    private final List<PairChange> said = new ArrayList<>();

    /**
     * The state of a whole job.
     *
     * @param places of all subtasks
     * @param buckets of all subtasks
     */
    record Checkpoint(Subtasks places, Subtasks buckets) {}

    /** Of an operator. */
    record Subtasks(List<OperatorSubtaskState> states) {
        OperatorSubtaskState all() throws Exception {
            return AbstractStreamOperatorTestHarness.repackageState(
                    states.toArray(OperatorSubtaskState[]::new));
        }

        OperatorSubtaskState of(int parallelism, int subtask) throws Exception {
            return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    all(), MAX_PARALLELISM, states.size(), parallelism, subtask);
        }
    }

    /** From nothing where there is no checkpoint. */
    Cluster(
            JoinRule rule,
            BucketRouting routing,
            SplittableRandom random,
            List<Checkpoint> from,
            int placeCount,
            int bucketCount)
            throws Exception {
        this.random = random;
        this.watermarks = new long[bucketCount][placeCount];
        this.bucketTimes = new long[bucketCount];
        for (int i = 0; i < placeCount; i++) {
            var harness =
                    new KeyedOneInputStreamOperatorTestHarness<>(
                            new PlaceOperator(rule, routing, false, ""),
                            (JoinChange change) -> PlaceOperator.key(change.record()),
                            Types.STRING,
                            MAX_PARALLELISM,
                            placeCount,
                            i);
            harness.setup(VisitSerializer.INSTANCE);
            for (Checkpoint checkpoint : from) {
                harness.initializeState(checkpoint.places().of(placeCount, i));
            }
            harness.open();
            places.add(harness);
            channels.add(new ArrayList<>());
            for (int j = 0; j < bucketCount; j++) {
                channels.get(i).add(new ArrayDeque<>());
            }
        }
        for (int j = 0; j < bucketCount; j++) {
            long waiting = random.nextBoolean() ? 1 + random.nextInt(5_000) : 1 << 20;
            long cache = random.nextBoolean() ? 1 + random.nextInt(20_000) : 1 << 20;
            var harness =
                    new KeyedOneInputStreamOperatorTestHarness<>(
                            new PairOperator(rule, waiting, cache),
                            Visit::bucket,
                            Types.INT,
                            MAX_PARALLELISM,
                            bucketCount,
                            j);
            harness.setup(PairChangeSerializer.INSTANCE);
            for (Checkpoint checkpoint : from) {
                harness.initializeState(checkpoint.buckets().of(bucketCount, j));
            }
            harness.open();
            buckets.add(harness);
            Arrays.fill(watermarks[j], Long.MIN_VALUE);
            bucketTimes[j] = Long.MIN_VALUE;
        }
    }

    /** Gives a change to the place that it belongs to. */
    void read(JoinChange change) throws Exception {
        int place =
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        PlaceOperator.key(change.record()), MAX_PARALLELISM, places.size());
        places.get(place).processElement(change, change.record().version().time());
        collect(place);
    }

    /** A watermark comes to some of the places, or to all. */
    void time(long time, boolean all) throws Exception {
        told = Math.max(told, time);
        for (int place = 0; place < places.size(); place++) {
            if (all || random.nextBoolean()) {
                places.get(place).processWatermark(time);
                collect(place);
            }
        }
    }

    private void collect(int place) {
        Object element = places.get(place).getOutput().poll();
        while (element != null) {
            if (element instanceof StreamRecord<?> record) {
                Visit visit = (Visit) record.getValue();
                int to =
                        KeyGroupRangeAssignment.assignKeyToParallelOperator(
                                visit.bucket(), MAX_PARALLELISM, buckets.size());
                channels.get(place).get(to).add(visit);
            } else if (element instanceof Watermark) {
                for (Deque<Object> channel : channels.get(place)) {
                    channel.add(element);
                }
            }
            element = places.get(place).getOutput().poll();
        }
    }

    /** One message of one channel arrives, if there is one. */
    void deliver() throws Exception {
        deliver(random.nextInt(places.size()), random.nextInt(buckets.size()));
    }

    private void deliver(int from, int to) throws Exception {
        Object message = channels.get(from).get(to).poll();
        if (message instanceof Visit visit) {
            buckets.get(to).processElement(visit, 0);
        } else if (message instanceof Watermark mark) {
            watermarks[to][from] = Math.max(watermarks[to][from], mark.getTimestamp());
            long least = Arrays.stream(watermarks[to]).min().orElseThrow();
            if (least > bucketTimes[to]) {
                bucketTimes[to] = least;
                buckets.get(to).processWatermark(least);
            }
        }
        buckets.get(to).extractOutputValues().forEach(said::add);
        buckets.get(to).getOutput().clear();
    }

    /** All that was sent arrives; then the state is taken. */
    Checkpoint checkpoint(long id) throws Exception {
        time(told, true); // barriers are behind the same watermarks everywhere
        for (int from = 0; from < places.size(); from++) {
            for (int to = 0; to < buckets.size(); to++) {
                while (!channels.get(from).get(to).isEmpty()) {
                    deliver(from, to);
                }
            }
        }
        List<OperatorSubtaskState> ofPlaces = new ArrayList<>();
        for (var place : places) {
            ofPlaces.add(place.snapshot(id, 0));
        }
        List<OperatorSubtaskState> ofBuckets = new ArrayList<>();
        for (var bucket : buckets) {
            ofBuckets.add(bucket.snapshot(id, 0));
        }
        return new Checkpoint(new Subtasks(ofPlaces), new Subtasks(ofBuckets));
    }

    /** What was said since the last call. */
    List<PairChange> said() {
        List<PairChange> all = List.copyOf(said);
        said.clear();
        return all;
    }

    /** Entries and timers in keyed state. */
    int stateSize() {
        int size = 0;
        for (var place : places) {
            size += place.numKeyedStateEntries() + place.numEventTimeTimers();
        }
        for (var bucket : buckets) {
            size += bucket.numKeyedStateEntries() + bucket.numEventTimeTimers();
        }
        return size;
    }

    @Override
    public void close() throws Exception {
        for (var place : places) {
            place.close();
        }
        for (var bucket : buckets) {
            bucket.close();
        }
    }
}
