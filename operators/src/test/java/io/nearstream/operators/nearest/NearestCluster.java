package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.Visit;
import io.nearstream.operators.Neighbours;
import io.nearstream.operators.NeighboursSerializer;
import io.nearstream.operators.join.PlaceOperator;
import io.nearstream.operators.join.VisitSerializer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The operators of a search in their harnesses, with channels between them: one attempt of a job,
 * from a checkpoint or from nothing. Which channel moves next is drawn at random. Elements are
 * numbers.
 */
final class NearestCluster implements AutoCloseable {
    static final OutputTag<Integer> LATE = new OutputTag<>("late", Types.INT);
    static final OutputTag<Integer> REFUSED = new OutputTag<>("refused", Types.INT);

    private static final int MAX_PARALLELISM = 16;
    private static final TypeInformation<Tuple3<Long, Integer, Integer>> ASKING =
            Types.TUPLE(Types.LONG, Types.INT, Types.INT);

    private final SplittableRandom random;
    private final List<OneInputStreamOperatorTestHarness<Integer, Tuple3<Long, Integer, Integer>>>
            asks = new ArrayList<>();
    private final List<KeyedOneInputStreamOperatorTestHarness<String, JoinChange, Visit>> places =
            new ArrayList<>();
    private final List<KeyedOneInputStreamOperatorTestHarness<Integer, Visit, Share>> searches =
            new ArrayList<>();
    private final List<
                    KeyedTwoInputStreamOperatorTestHarness<
                            Long, Tuple3<Long, Integer, Integer>, Share, Neighbours<Integer>>>
            merges = new ArrayList<>();

    /** From a sender (places behind asks) to a search. */
    private final Map<Channel, Deque<Object>> toSearch = new TreeMap<>();

    /** From a sender (searches behind asks) to a merge. */
    private final Map<Channel, Deque<Object>> toMerge = new TreeMap<>();

    private final long[][] watermarks;
    private Watermark indexTold = new Watermark(Long.MIN_VALUE);
    private Watermark askTold = new Watermark(Long.MIN_VALUE);
    private final long[] searchTimes;
    private final List<Answer> said = new ArrayList<>();

    private record Channel(int from, int to) implements Comparable<Channel> {
        @Override
        public int compareTo(Channel other) {
            int byFrom = Integer.compare(from, other.from);
            return byFrom != 0 ? byFrom : Integer.compare(to, other.to);
        }
    }

    /** What came out. */
    record Answer(long time, Neighbours<Integer> neighbours) {}

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
    NearestCluster(
            NearestTopology topology,
            SerializableFunction<Integer, byte[]> vectorOf,
            SplittableRandom random,
            List<Checkpoint> from,
            int inputs,
            int buckets)
            throws Exception {
        this.random = random;
        this.watermarks = new long[buckets][2 * inputs];
        this.searchTimes = new long[buckets];
        Arrays.fill(searchTimes, Long.MIN_VALUE);
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
            Arrays.fill(watermarks[i], Long.MIN_VALUE);
            addSearch(topology, from, buckets, i);
            addMerge(topology, from, buckets, i);
        }
        for (int i = 0; i < inputs; i++) { // what they say as soon as they are open
            collectAsk(i);
            collectPlace(i);
        }
    }

    private void addSearch(NearestTopology topology, List<Checkpoint> from, int buckets, int i)
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

    private static int owner(Object key, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                key, MAX_PARALLELISM, parallelism);
    }

    private static void send(
            Map<Channel, Deque<Object>> channels, int from, int to, Object message) {
        channels.computeIfAbsent(new Channel(from, to), none -> new ArrayDeque<>()).add(message);
    }

    /** Gives a change of the index to the place that it belongs to. */
    void index(JoinChange change) throws Exception {
        int place = owner(PlaceOperator.key(change.record()), places.size());
        places.get(place).processElement(change, change.record().version().time());
        collectPlace(place);
    }

    /** Gives an element to any of those that ask. */
    void ask(int element, long time) throws Exception {
        int ask = random.nextInt(asks.size());
        asks.get(ask).processElement(element, time);
        collectAsk(ask);
    }

    /** A watermark comes to some of those that read the index, or to all. */
    void indexTime(Watermark mark, boolean all) throws Exception {
        indexTold = later(indexTold, mark);
        for (int i = 0; i < places.size(); i++) {
            if (all || random.nextBoolean()) {
                places.get(i).processWatermark(mark);
                collectPlace(i);
            }
        }
    }

    private static Watermark later(Watermark one, Watermark other) {
        return one.getTimestamp() < other.getTimestamp() ? other : one;
    }

    /** A watermark comes to some of those that ask, or to all. */
    void askTime(Watermark mark, boolean all) throws Exception {
        askTold = later(askTold, mark);
        for (int i = 0; i < asks.size(); i++) {
            if (all || random.nextBoolean()) {
                asks.get(i).processWatermark(mark);
                collectAsk(i);
            }
        }
    }

    private void collectPlace(int place) {
        collectVisits(places.get(place).getOutput(), asks.size() + place);
    }

    private void collectAsk(int ask) {
        Queue<StreamRecord<Visit>> probes = asks.get(ask).getSideOutput(AskOperator.PROBES);
        if (probes != null) {
            collectVisits(probes, ask);
        }
        Queue<Object> output = asks.get(ask).getOutput();
        for (Object element = output.poll(); element != null; element = output.poll()) {
            if (element instanceof StreamRecord<?> record) {
                Tuple3<?, ?, ?> asking = (Tuple3<?, ?, ?>) record.getValue();
                send(toMerge, ask, owner(asking.f0, merges.size()), record);
            } else {
                sendToAllSearches(ask, element);
            }
        }
    }

    private void collectVisits(Queue<?> output, int from) {
        for (Object element = output.poll(); element != null; element = output.poll()) {
            if (element instanceof StreamRecord<?> record) {
                Visit visit = (Visit) record.getValue();
                send(toSearch, from, owner(visit.bucket(), searches.size()), record);
            } else {
                sendToAllSearches(from, element);
            }
        }
    }

    private void sendToAllSearches(int from, Object mark) {
        for (int to = 0; to < searches.size(); to++) {
            send(toSearch, from, to, mark);
        }
    }

    /** One message of one channel arrives, if there is one. */
    void deliver() throws Exception {
        boolean search = random.nextInt(4) > 0;
        Map<Channel, Deque<Object>> of = search ? toSearch : toMerge;
        List<Channel> open =
                of.keySet().stream().filter(channel -> !of.get(channel).isEmpty()).toList();
        if (!open.isEmpty()) {
            Channel channel = open.get(random.nextInt(open.size()));
            Object message = of.get(channel).remove();
            if (search) {
                search(channel, message);
            } else {
                merge(channel, message);
            }
        }
    }

    @SuppressWarnings("unchecked") // what was sent to it
    private void search(Channel channel, Object message) throws Exception {
        var search = searches.get(channel.to());
        if (message instanceof Watermark mark) {
            long[] times = watermarks[channel.to()];
            times[channel.from()] = Math.max(times[channel.from()], mark.getTimestamp());
            long least = Arrays.stream(times).min().orElseThrow();
            if (least > searchTimes[channel.to()]) {
                searchTimes[channel.to()] = least;
                search.processWatermark(least);
            }
        } else {
            search.processElement((StreamRecord<Visit>) message);
        }
        Queue<Object> output = search.getOutput();
        for (Object element = output.poll(); element != null; element = output.poll()) {
            if (element instanceof StreamRecord<?> record) {
                Share share = (Share) record.getValue();
                int from = asks.size() + channel.to();
                send(toMerge, from, owner(share.number(), merges.size()), record);
            }
        }
    }

    @SuppressWarnings("unchecked") // what was sent to it
    private void merge(Channel channel, Object message) throws Exception {
        var merge = merges.get(channel.to());
        if (channel.from() < asks.size()) {
            merge.processElement1((StreamRecord<Tuple3<Long, Integer, Integer>>) message);
        } else {
            merge.processElement2((StreamRecord<Share>) message);
        }
        Queue<Object> output = merge.getOutput();
        for (Object element = output.poll(); element != null; element = output.poll()) {
            StreamRecord<Neighbours<Integer>> answer = (StreamRecord<Neighbours<Integer>>) element;
            said.add(new Answer(answer.getTimestamp(), answer.getValue()));
        }
    }

    /** Behind the same watermarks for all, all that was sent arrives; then the state is taken. */
    Checkpoint checkpoint(long id) throws Exception {
        indexTime(indexTold, true);
        askTime(askTold, true);
        for (Map.Entry<Channel, Deque<Object>> channel : toSearch.entrySet()) {
            while (!channel.getValue().isEmpty()) {
                search(channel.getKey(), channel.getValue().remove());
            }
        }
        for (Map.Entry<Channel, Deque<Object>> channel : toMerge.entrySet()) {
            while (!channel.getValue().isEmpty()) {
                merge(channel.getKey(), channel.getValue().remove());
            }
        }
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

    /** The watermark of all inputs of a search, by whatever way; behind it comes no other. */
    void searchesPass(Watermark mark) throws Exception {
        checkpoint(0); // all that was sent is there
        for (int i = 0; i < searches.size(); i++) {
            searchTimes[i] = mark.getTimestamp();
            searches.get(i).processWatermark(mark);
        }
    }

    /** What was said since the last call. */
    List<Answer> said() {
        List<Answer> all = List.copyOf(said);
        said.clear();
        return all;
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
