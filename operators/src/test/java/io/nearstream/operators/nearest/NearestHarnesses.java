package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.Visit;
import io.nearstream.operators.Neighbours;
import io.nearstream.operators.NeighboursSerializer;
import io.nearstream.operators.join.PlaceOperator;
import io.nearstream.operators.join.VisitSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableFunction;

/** The operators of a search in their harnesses: all subtasks, not yet connected. */
final class NearestHarnesses implements AutoCloseable {
    static final OutputTag<Integer> LATE = new OutputTag<>("late", Types.INT);
    static final OutputTag<Integer> REFUSED = new OutputTag<>("refused", Types.INT);

    private static final int MAX_PARALLELISM = 16;
    private static final TypeInformation<Tuple3<Long, Integer, Integer>> ASKING =
            Types.TUPLE(Types.LONG, Types.INT, Types.INT);

    final List<OneInputStreamOperatorTestHarness<Integer, Tuple3<Long, Integer, Integer>>> asks =
            new ArrayList<>();
    final List<KeyedOneInputStreamOperatorTestHarness<String, JoinChange, Visit>> places =
            new ArrayList<>();
    final List<KeyedOneInputStreamOperatorTestHarness<Integer, Visit, Share>> searches =
            new ArrayList<>();
    final List<
                    KeyedTwoInputStreamOperatorTestHarness<
                            Long, Tuple3<Long, Integer, Integer>, Share, Neighbours<Integer>>>
            merges = new ArrayList<>();

    /** The state of a whole job, by operator. */
    record Checkpoint(List<List<OperatorSubtaskState>> operators) {
        private OperatorSubtaskState of(int operator, int parallelism, int subtask)
                throws Exception {
            List<OperatorSubtaskState> states = operators.get(operator);
            return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    AbstractStreamOperatorTestHarness.repackageState(
                            states.toArray(OperatorSubtaskState[]::new)),
                    MAX_PARALLELISM,
                    states.size(),
                    parallelism,
                    subtask);
        }
    }

    /** From nothing where there is no checkpoint; parallelism of asks and places, and of others. */
    NearestHarnesses(
            NearestTopology topology,
            SerializableFunction<Integer, byte[]> vectorOf,
            SplittableRandom random,
            List<Checkpoint> from,
            int inputs,
            int buckets)
            throws Exception {
        for (int i = 0; i < inputs; i++) {
            var ask =
                    new OneInputStreamOperatorTestHarness<>(
                            new AskOperator<>(
                                    topology.space(), topology.routing(), vectorOf, LATE, REFUSED),
                            MAX_PARALLELISM,
                            inputs,
                            i);
            ask.setup(ASKING.createSerializer(ask.getExecutionConfig().getSerializerConfig()));
            asks.add(open(ask, from, 0, inputs, i));
        }
        for (int i = 0; i < inputs; i++) {
            var place =
                    new KeyedOneInputStreamOperatorTestHarness<>(
                            new PlaceOperator(topology.space(), topology.routing(), false, "test"),
                            (JoinChange change) -> PlaceOperator.key(change.record()),
                            Types.STRING,
                            MAX_PARALLELISM,
                            inputs,
                            i);
            place.setup(VisitSerializer.INSTANCE);
            places.add(open(place, from, 1, inputs, i));
        }
        for (int i = 0; i < buckets; i++) {
            addSearch(topology, random, from, buckets, i);
            addMerge(topology, from, buckets, i);
        }
    }

    private void addSearch(
            NearestTopology topology,
            SplittableRandom random,
            List<Checkpoint> from,
            int buckets,
            int i)
            throws Exception {
        long waiting = random.nextBoolean() ? 1 + random.nextInt(5_000) : 1 << 20;
        long cache = random.nextBoolean() ? 1 + random.nextInt(20_000) : 1 << 20;
        var search =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new SearchOperator(
                                topology.space(),
                                topology.k(),
                                topology.distanceMax(),
                                waiting,
                                cache),
                        Visit::bucket,
                        Types.INT,
                        MAX_PARALLELISM,
                        buckets,
                        i);
        search.setup(ShareSerializer.INSTANCE);
        searches.add(open(search, from, 2, buckets, i));
    }

    private void addMerge(NearestTopology topology, List<Checkpoint> from, int buckets, int i)
            throws Exception {
        var merge =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new MergeFunction<>(topology.k(), ASKING)),
                        (Tuple3<Long, Integer, Integer> element) -> element.f0,
                        Share::number,
                        Types.LONG,
                        MAX_PARALLELISM,
                        buckets,
                        i);
        merge.setup(new NeighboursSerializer<>(IntSerializer.INSTANCE));
        merges.add(open(merge, from, 3, buckets, i));
    }

    private static <H extends AbstractStreamOperatorTestHarness<?>> H open(
            H harness, List<Checkpoint> from, int operator, int parallelism, int subtask)
            throws Exception {
        for (Checkpoint checkpoint : from) {
            harness.initializeState(checkpoint.of(operator, parallelism, subtask));
        }
        harness.open();
        return harness;
    }

    static int owner(Object key, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                key, MAX_PARALLELISM, parallelism);
    }

    /** The state of all. */
    Checkpoint snapshot(long id) throws Exception {
        List<List<OperatorSubtaskState>> states = new ArrayList<>();
        for (List<? extends AbstractStreamOperatorTestHarness<?>> operator : all()) {
            List<OperatorSubtaskState> ofOperator = new ArrayList<>();
            for (AbstractStreamOperatorTestHarness<?> harness : operator) {
                ofOperator.add(harness.snapshot(id, 0));
            }
            states.add(ofOperator);
        }
        return new Checkpoint(states);
    }

    private List<List<? extends AbstractStreamOperatorTestHarness<?>>> all() {
        return List.of(asks, places, searches, merges);
    }

    /** Elements that an output on the side had. */
    List<Integer> aside(OutputTag<Integer> tag) {
        List<Integer> elements = new ArrayList<>();
        for (var ask : asks) {
            Queue<StreamRecord<Integer>> side = ask.getSideOutput(tag);
            if (side != null) {
                side.forEach(element -> elements.add(element.getValue()));
            }
        }
        return elements;
    }

    /** Entries and timers in keyed state. */
    int stateSize() {
        int size = 0;
        for (var place : places) {
            size += place.numKeyedStateEntries() + place.numEventTimeTimers();
        }
        for (var search : searches) {
            size += search.numKeyedStateEntries();
        }
        for (var merge : merges) {
            size += merge.numKeyedStateEntries();
        }
        return size;
    }

    @Override
    public void close() throws Exception {
        for (List<? extends AbstractStreamOperatorTestHarness<?>> operator : all()) {
            for (AbstractStreamOperatorTestHarness<?> harness : operator) {
                harness.close();
            }
        }
    }
}
