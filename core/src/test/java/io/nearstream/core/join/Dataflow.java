package io.nearstream.core.join;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The join as a dataflow of partitions, places and bucket subtasks whose every step is drawn at
 * random: what overtakes what on which channel, when a watermark comes, when a bucket goes through
 * its log, and what is replayed.
 */
final class Dataflow {
    private final Log log;
    private final SplittableRandom random;
    private final Placing placing;
    private final List<Deque<JoinChange>> partitions = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Subtask> subtasks = new ArrayList<>();
    private final List<JoinChange> accepted = new ArrayList<>();
    private final List<PairChange> said = new ArrayList<>();
    private final long end;

    /** A watermark, or a visit. */
    private record Message(long watermark, Visit visit) {}

    private final class Place {
        private final Map<RecordRef, Placed> state = new HashMap<>();
        private final List<Deque<Message>> channels = new ArrayList<>();
        private long watermark = Long.MIN_VALUE;

        void take(JoinChange change) {
            RecordRef record = change.record();
            RecordRef key = record.at(io.nearstream.core.model.Version.NONE);
            boolean late = record.version().time() <= watermark;
            if (!late && Placing.isNews(state.get(key), change)) {
                accepted.add(change);
                state.put(key, placing.change(state.get(key), change, this::send));
            }
        }

        void advance(long time) {
            if (time <= watermark) {
                return;
            }
            watermark = time;
            state.entrySet()
                    .removeIf(
                            entry -> {
                                boolean due = placing.doneAt(entry.getValue()) <= time;
                                return due
                                        && placing.isDone(
                                                entry.getKey(), entry.getValue(), time, this::send);
                            });
            channels.forEach(channel -> channel.add(new Message(time, null)));
        }

        private void send(Visit visit) {
            channels.get(Math.floorMod(visit.bucket(), channels.size())).add(new Message(0, visit));
        }
    }

    private final class Subtask {
        private final int number;
        private final Map<Integer, List<Visit>> pending = new TreeMap<>();
        private final Map<Integer, PairBucket> buckets = new HashMap<>();
        private final Map<Integer, List<byte[]>> logs = new HashMap<>();
        private final long[] watermarks = new long[places.size()];
        private long watermark = Long.MIN_VALUE;

        Subtask(int number) {
            this.number = number;
            java.util.Arrays.fill(watermarks, Long.MIN_VALUE);
        }

        void take(int from) {
            Message message = places.get(from).channels.get(number).removeFirst();
            if (message.visit() != null) {
                pending.computeIfAbsent(message.visit().bucket(), unknown -> new ArrayList<>())
                        .add(message.visit());
                return;
            }
            watermarks[from] = message.watermark();
            long least = java.util.Arrays.stream(watermarks).min().orElseThrow();
            if (least > watermark) {
                watermark = least;
                pending.forEach(this::release);
            }
        }

        private void release(int number, List<Visit> visits) {
            visits.sort(null);
            PairBucket bucket =
                    buckets.computeIfAbsent(number, unknown -> new PairBucket(log.rule()));
            while (!visits.isEmpty() && visits.get(0).record().version().time() <= watermark) {
                bucket.apply(visits.remove(0), said::add);
            }
            if (random.nextInt(3) == 0) {
                bucket.forgetBefore(watermark);
            }
            store(number, bucket);
        }

        private void store(int number, PairBucket bucket) {
            List<byte[]> blocks = logs.computeIfAbsent(number, unknown -> new ArrayList<>());
            if (random.nextInt(4) == 0) {
                blocks.clear();
                blocks.add(bucket.rewrite());
            } else {
                blocks.add(bucket.drain());
            }
            if (random.nextBoolean()) {
                buckets.put(number, PairBucket.read(log.rule(), blocks));
            }
        }
    }

    /** Until all that will ever expire has. */
    Dataflow(Log log, SplittableRandom random) {
        this(log, random, Long.MAX_VALUE - 1);
    }

    /**
     * @param end the last watermark, at or behind all versions of the log
     */
    Dataflow(Log log, SplittableRandom random, long end) {
        this.end = end;
        this.log = log;
        this.random = random;
        this.placing = new Placing(log.rule(), log.routing());
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            partitions.add(new ArrayDeque<>());
        }
        for (JoinChange change : log.changes()) {
            partitions.get(owner(change, partitions.size())).add(change);
        }
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            places.add(new Place());
        }
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            places.forEach(place -> place.channels.add(new ArrayDeque<>()));
            subtasks.add(new Subtask(i));
        }
    }

    private static int owner(JoinChange change, int of) {
        return Math.floorMod(change.record().id().hashCode() + change.record().side(), of);
    }

    /** Runs it to its end and returns what was said. */
    List<PairChange> run() {
        List<JoinChange> read = new ArrayList<>();
        while (partitions.stream().anyMatch(partition -> !partition.isEmpty())) {
            switch (random.nextInt(4)) {
                case 0 -> read(read);
                case 1 -> places.get(random.nextInt(places.size())).advance(time());
                case 2 -> deliver(random.nextInt(places.size()), random.nextInt(subtasks.size()));
                default -> replay(read);
            }
        }
        places.forEach(place -> place.advance(end));
        for (int from = 0; from < places.size(); from++) {
            for (int to = 0; to < subtasks.size(); to++) {
                while (!places.get(from).channels.get(to).isEmpty()) {
                    deliver(from, to);
                }
            }
        }
        return said;
    }

    private void read(List<JoinChange> read) {
        Deque<JoinChange> partition = partitions.get(random.nextInt(partitions.size()));
        if (!partition.isEmpty()) {
            JoinChange change = partition.removeFirst();
            read.add(change);
            places.get(owner(change, places.size())).take(change);
        }
    }

    private void replay(List<JoinChange> read) {
        if (!read.isEmpty() && random.nextInt(3) == 0) {
            JoinChange again = read.get(random.nextInt(read.size()));
            places.get(owner(again, places.size())).take(again);
        }
    }

    private void deliver(int from, int to) {
        if (!places.get(from).channels.get(to).isEmpty()) {
            subtasks.get(to).take(from);
        }
    }

    /** Everything up to this time has been read. */
    private long time() {
        return partitions.stream()
                .filter(partition -> !partition.isEmpty())
                .mapToLong(partition -> partition.getFirst().record().version().time() - 1)
                .min()
                .orElse(end);
    }

    /** All buckets are looked through for what is over at a time, as by timers of the product. */
    void forgetBefore(long time) {
        for (Subtask subtask : subtasks) {
            for (Map.Entry<Integer, PairBucket> bucket : subtask.buckets.entrySet()) {
                bucket.getValue().forgetBefore(time);
                subtask.store(bucket.getKey(), bucket.getValue());
            }
        }
    }

    /** The changes that took part. */
    List<JoinChange> accepted() {
        return accepted;
    }

    /** Records that are remembered. */
    int placed() {
        return places.stream().mapToInt(place -> place.state.size()).sum();
    }

    /** Records and pairs in buckets. */
    int kept() {
        return subtasks.stream()
                .flatMap(subtask -> subtask.buckets.values().stream())
                .mapToInt(bucket -> bucket.size() + bucket.pairs())
                .sum();
    }
}
