package io.nearstream.chaos.check;

import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.check.WrittenLog.When;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.annotation.Nullable;

/**
 * What a right system does: appends writes to its log, answers searches from some allowed state of
 * each record, and keeps keys, whose live state goes back now and then.
 */
final class SimulatedSystem {
    static final int IDS = 12;
    private static final int PARTITIONS = 3;

    final List<VectorEntry> vectors = new ArrayList<>();
    final List<KeyEntry> keys = new ArrayList<>();
    final Map<String, List<KeyEntry>> applied = new HashMap<>();

    private final SplittableRandom random;
    private final Content content;
    private final long[] offsets = new long[2 * PARTITIONS];
    private final Map<String, List<VectorEntry>> records = new HashMap<>();
    private final Map<String, Integer> liveStates = new HashMap<>();
    private long time = 1_000;
    private long covered;

    SimulatedSystem(SplittableRandom random, Content content) {
        this.random = random;
        this.content = content;
    }

    /** Time goes on, and so do the jobs. */
    void tick() {
        time += random.nextInt(3);
        covered = Math.max(covered, time - 1 - random.nextInt(20));
    }

    /** A job goes back to a checkpoint. */
    void goBack() {
        liveStates.replaceAll((key, state) -> state - random.nextInt(Math.min(3, state) + 1));
    }

    /** An append time that covers everything so far. */
    long allSoFar() {
        time++;
        return time - 1;
    }

    List<VectorEntry> writesOf(String id) {
        return records.getOrDefault(id, List.of());
    }

    /** The token of a record as its last write left it. */
    Optional<Long> live(String id) {
        List<VectorEntry> entries = writesOf(id);
        return entries.stream()
                .skip(Math.max(0, entries.size() - 1))
                .filter(entry -> !entry.delete())
                .map(VectorEntry::token)
                .findFirst();
    }

    Answer take(long number, Ask ask) {
        if (ask instanceof Ask.PutVector put) {
            return append(put.id(), false, number);
        } else if (ask instanceof Ask.RepeatVector repeat) {
            return append(repeat.id(), false, repeat.of());
        } else if (ask instanceof Ask.DeleteVector delete) {
            return append(delete.id(), true, WrittenLog.NO_TOKEN);
        } else if (ask instanceof Ask.Search search) {
            return search(search);
        } else if (ask instanceof Ask.Fetch fetch) {
            return fetch(fetch);
        } else if (ask instanceof Ask.WriteKey write) {
            return write(number, write);
        }
        return read((Ask.ReadKey) ask);
    }

    private Position next(String name, int first) {
        int partition = Math.floorMod(name.hashCode(), PARTITIONS);
        return new Position(partition, offsets[first + partition]++);
    }

    private Answer append(String id, boolean delete, long token) {
        long hash = delete ? 0 : Content.hash(content.vector(token));
        VectorEntry entry = new VectorEntry(next(id, 0), time, id, delete, token, hash);
        vectors.add(entry);
        records.computeIfAbsent(id, first -> new ArrayList<>()).add(entry);
        return new Answer.Acked(entry.at(), time);
    }

    /** The write that a probe sees of a record: of the newest up to a time, or of a later one. */
    @Nullable
    private VectorEntry seen(String id, long asOf) {
        List<VectorEntry> entries = records.getOrDefault(id, List.of());
        int least = 0;
        while (least < entries.size() && entries.get(least).time() <= asOf) {
            least++;
        }
        int state = least + random.nextInt(entries.size() - least + 1);
        return state == 0 || entries.get(state - 1).delete() ? null : entries.get(state - 1);
    }

    private long asOf(long atLeast) {
        time = Math.max(time, atLeast + 1);
        covered = Math.max(covered, atLeast);
        return Math.max(atLeast, covered - random.nextInt(10));
    }

    private Answer search(Ask.Search search) {
        long asOf = asOf(search.atLeast());
        List<Answer.Hits> answers = new ArrayList<>();
        for (long query : search.queries()) {
            List<Answer.Hit> hits = new ArrayList<>();
            for (int i = 0; i < IDS; i++) {
                VectorEntry entry = seen("v" + i, asOf);
                if (entry != null && (search.exhaustive() || random.nextInt(4) > 0)) {
                    hits.add(hit(entry, distance(query, entry.token())));
                }
            }
            hits.sort(Comparator.comparingDouble(Answer.Hit::distance));
            int most = search.k() == 0 ? hits.size() : Math.min(hits.size(), search.k());
            answers.add(new Answer.Hits(hits.subList(0, most), false));
        }
        return new Answer.Found(true, asOf, answers);
    }

    private Answer fetch(Ask.Fetch fetch) {
        long asOf = asOf(fetch.atLeast());
        List<Answer.Hits> answers = new ArrayList<>();
        for (String id : fetch.ids()) {
            VectorEntry entry = seen(id, asOf);
            answers.add(new Answer.Hits(entry == null ? List.of() : List.of(hit(entry, 0)), false));
        }
        return new Answer.Found(true, asOf, answers);
    }

    private Answer.Hit hit(VectorEntry entry, double distance) {
        long payload = Content.hash(content.payload(entry.token()));
        return new Answer.Hit(entry.id(), distance, entry.at(), entry.hash(), payload);
    }

    private double distance(long query, long token) {
        byte[] a = content.vector(query);
        byte[] b = content.vector(token);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = Byte.toUnsignedInt(a[i]) - Byte.toUnsignedInt(b[i]);
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }

    private Answer write(long token, Ask.WriteKey write) {
        Position at = next(write.key(), PARTITIONS);
        When when =
                switch (write.condition()) {
                    case "" -> When.ALWAYS;
                    case "absent" -> When.ABSENT;
                    default -> When.VERSION;
                };
        Position version =
                when == When.VERSION
                        ? new Position(at.partition(), Long.parseLong(write.condition()))
                        : at;
        long hash = write.delete() ? 0 : Content.hash(content.value(token));
        KeyEntry entry = new KeyEntry(at, write.key(), write.delete(), token, hash, when, version);
        keys.add(entry);
        List<KeyEntry> states = applied.computeIfAbsent(write.key(), first -> new ArrayList<>());
        KeyEntry before = value(states, states.size());
        boolean holds =
                when == When.ALWAYS
                        || (when == When.ABSENT && before == null)
                        || (when == When.VERSION && before != null && before.at().equals(version));
        if (holds) {
            states.add(entry);
        }
        liveStates.put(write.key(), states.size());
        KeyEntry after = value(states, states.size());
        return new Answer.Written(holds, after == null ? null : after.at());
    }

    @Nullable
    private static KeyEntry value(List<KeyEntry> states, int state) {
        return state == 0 || states.get(state - 1).delete() ? null : states.get(state - 1);
    }

    private Answer read(Ask.ReadKey read) {
        List<KeyEntry> states = applied.getOrDefault(read.key(), List.of());
        int live = liveStates.getOrDefault(read.key(), 0);
        if (read.strong() || read.last()) {
            live = states.size();
        } else {
            live += random.nextInt(states.size() - live + 1);
        }
        if (!states.isEmpty()) {
            liveStates.put(read.key(), live);
        }
        KeyEntry value = value(states, live);
        return value == null
                ? new Answer.Absent()
                : new Answer.Value(value.at(), value.token(), value.hash());
    }
}
