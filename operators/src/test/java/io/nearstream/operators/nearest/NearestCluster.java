package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.Visit;
import io.nearstream.operators.Neighbours;
import io.nearstream.operators.join.PlaceOperator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The operators of a search in their harnesses, with channels between them: one attempt of a job,
 * from a checkpoint or from nothing. Which channel moves next is drawn at random. Elements are
 * numbers.
 */
final class NearestCluster implements AutoCloseable {
    private final SplittableRandom random;
    private final NearestHarnesses operators;

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

    /** From nothing where there is no checkpoint; parallelism of asks and places, and of others. */
    NearestCluster(
            NearestTopology topology,
            SerializableFunction<Integer, byte[]> vectorOf,
            SplittableRandom random,
            List<NearestHarnesses.Checkpoint> from,
            int inputs,
            int buckets)
            throws Exception {
        this.random = random;
        this.watermarks = new long[buckets][2 * inputs];
        this.searchTimes = new long[buckets];
        Arrays.fill(searchTimes, Long.MIN_VALUE);
        for (long[] times : watermarks) {
            Arrays.fill(times, Long.MIN_VALUE);
        }
        this.operators = new NearestHarnesses(topology, vectorOf, random, from, inputs, buckets);
        for (int i = 0; i < inputs; i++) { // what they say as soon as they are open
            collectAsk(i);
            collectPlace(i);
        }
    }

    private static void send(
            Map<Channel, Deque<Object>> channels, int from, int to, Object message) {
        channels.computeIfAbsent(new Channel(from, to), none -> new ArrayDeque<>()).add(message);
    }

    /** Gives a change of the index to the place that it belongs to. */
    void index(JoinChange change) throws Exception {
        int place =
                NearestHarnesses.owner(PlaceOperator.key(change.record()), operators.places.size());
        operators.places.get(place).processElement(change, change.record().version().time());
        collectPlace(place);
    }

    /** Gives an element to any of those that ask. */
    void ask(int element, long time) throws Exception {
        int ask = random.nextInt(operators.asks.size());
        operators.asks.get(ask).processElement(element, time);
        collectAsk(ask);
    }

    /** A watermark comes to some of those that read the index, or to all. */
    void indexTime(Watermark mark, boolean all) throws Exception {
        indexTold = later(indexTold, mark);
        for (int i = 0; i < operators.places.size(); i++) {
            if (all || random.nextBoolean()) {
                operators.places.get(i).processWatermark(mark);
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
        for (int i = 0; i < operators.asks.size(); i++) {
            if (all || random.nextBoolean()) {
                operators.asks.get(i).processWatermark(mark);
                collectAsk(i);
            }
        }
    }

    private void collectPlace(int place) {
        collectVisits(operators.places.get(place).getOutput(), operators.asks.size() + place);
    }

    private void collectAsk(int ask) {
        Queue<StreamRecord<Visit>> probes =
                operators.asks.get(ask).getSideOutput(AskOperator.PROBES);
        if (probes != null) {
            collectVisits(probes, ask);
        }
        Queue<Object> output = operators.asks.get(ask).getOutput();
        for (Object element = output.poll(); element != null; element = output.poll()) {
            if (element instanceof StreamRecord<?> record) {
                Tuple3<?, ?, ?> asking = (Tuple3<?, ?, ?>) record.getValue();
                send(
                        toMerge,
                        ask,
                        NearestHarnesses.owner(asking.f0, operators.merges.size()),
                        record);
            } else {
                sendToAllSearches(ask, element);
            }
        }
    }

    private void collectVisits(Queue<?> output, int from) {
        for (Object element = output.poll(); element != null; element = output.poll()) {
            if (element instanceof StreamRecord<?> record) {
                Visit visit = (Visit) record.getValue();
                send(
                        toSearch,
                        from,
                        NearestHarnesses.owner(visit.bucket(), operators.searches.size()),
                        record);
            } else {
                sendToAllSearches(from, element);
            }
        }
    }

    private void sendToAllSearches(int from, Object mark) {
        for (int to = 0; to < operators.searches.size(); to++) {
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
        var search = operators.searches.get(channel.to());
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
                int from = operators.asks.size() + channel.to();
                send(
                        toMerge,
                        from,
                        NearestHarnesses.owner(share.number(), operators.merges.size()),
                        record);
            }
        }
    }

    @SuppressWarnings("unchecked") // what was sent to it
    private void merge(Channel channel, Object message) throws Exception {
        var merge = operators.merges.get(channel.to());
        if (channel.from() < operators.asks.size()) {
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
    NearestHarnesses.Checkpoint checkpoint(long id) throws Exception {
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
        return operators.snapshot(id);
    }

    /** The watermark of all inputs of a search, by whatever way; behind it comes no other. */
    void searchesPass(Watermark mark) throws Exception {
        checkpoint(0); // all that was sent is there
        for (int i = 0; i < operators.searches.size(); i++) {
            searchTimes[i] = mark.getTimestamp();
            operators.searches.get(i).processWatermark(mark);
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
        return operators.aside(tag);
    }

    /** Entries and timers in keyed state. */
    int stateSize() {
        return operators.stateSize();
    }

    @Override
    public void close() throws Exception {
        operators.close();
    }
}
