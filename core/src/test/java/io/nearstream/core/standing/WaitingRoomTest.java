package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who may wait for the watermark where many names come, most of which are over. */
class WaitingRoomTest {
    private static final long HOUR_MS = 3_600_000;

    private final List<Difference> told = new ArrayList<>();

    private static StandingShard shard(int queriesMax, long frontier, List<Difference> told) {
        return new StandingShard(
                new StandingRules(
                        VectorSpace.of(Metric.L2, Encoding.UINT8, 2),
                        StandingCells.single(),
                        queriesMax,
                        100,
                        100),
                frontier,
                told::add);
    }

    private StandingShard shard(int queriesMax) {
        return shard(queriesMax, Long.MIN_VALUE, told);
    }

    private static Registration query(String id, Version stamp, long leaseMs) {
        return Registration.of(
                new QueryName("s", id),
                stamp,
                new StandingQuery(
                        new byte[] {5, 6},
                        3,
                        Double.POSITIVE_INFINITY,
                        LabelFilter.NONE,
                        StandingQuery.ALL_CELLS),
                leaseMs,
                false);
    }

    private static Registration drop(String id, Version stamp) {
        return Registration.drop(new QueryName("s", id), stamp);
    }

    private static Set<String> refused(List<Difference> told) {
        Set<String> refused = new HashSet<>();
        told.stream()
                .filter(of -> of.kind() == Difference.Kind.REFUSED)
                .forEach(of -> refused.add(of.query().id()));
        return refused;
    }

    /** Of 8 days of names of their own, those of the last hour stand, and are few. */
    @Test
    void whoStartsFromNothingServesWhoLivesHoweverManyAreOver() {
        int minutes = 8 * 24 * 60;
        int perMinute = 17;
        StandingShard shard = shard(60 * perMinute + 10);
        int number = 0;
        for (int minute = 0; minute < minutes; minute++) {
            for (int i = 0; i < perMinute; i++) {
                Version stamp = new Version(minute * 60_000L + i, 0, number);
                shard.register(query("q" + number++, stamp, HOUR_MS));
            }
        }
        assertThat(refused(told)).isEmpty();
        assertThat(shard.pending()).isLessThanOrEqualTo(60 * perMinute + 10);
        shard.advance((minutes - 1) * 60_000L + perMinute);
        assertThat(shard.queries()).isEqualTo(60 * perMinute);
        assertThat(refused(told)).isEmpty();
    }

    @Test
    void whoWasDroppedHoldsNoPlace() {
        StandingShard shard = shard(2);
        for (int i = 0; i < 100; i++) {
            shard.register(query("q" + i, new Version(2 * i, 0, 2 * i), HOUR_MS));
            shard.register(drop("q" + i, new Version(2 * i + 1, 0, 2 * i + 1)));
        }
        shard.register(query("last", new Version(300, 0, 300), HOUR_MS));
        shard.advance(1_000);
        assertThat(refused(told)).isEmpty();
        assertThat(shard.queries()).isOne();
        assertThat(shard.pending()).isZero();
    }

    @Test
    void whoLivesIsNotForgottenForOthers() {
        StandingShard shard = shard(2);
        shard.register(query("short", new Version(1, 0, 1), 10));
        shard.register(query("renewed", new Version(2, 0, 2), 10));
        shard.register(query("renewed", new Version(9, 0, 3), 100));
        shard.register(query("soon", new Version(10, 0, 4), 100));
        assertThat(refused(told)).as("at 10 the lease is not over").containsExactly("soon");
        told.clear();
        shard.register(query("now", new Version(11, 0, 5), 100));
        shard.register(query("late", new Version(12, 0, 6), 100));
        assertThat(refused(told)).containsExactly("late");
        assertThat(told.get(0).reason()).isEqualTo(Reason.TOO_MANY_PENDING.name());
        shard.advance(50);
        assertThat(told.stream().map(of -> of.query().id())).doesNotContain("short");
        assertThat(shard.queries()).isEqualTo(2);
    }

    /** Else it would stand on. */
    @Test
    void theDropOfWhatStandsIsNotForgotten() {
        StandingShard shard = shard(2);
        shard.register(query("stands", new Version(1, 0, 1), HOUR_MS));
        shard.register(query("began", new Version(20, 0, 2), HOUR_MS));
        shard.advance(10);
        shard.register(drop("stands", new Version(21, 0, 3)));
        shard.register(drop("began", new Version(40, 0, 4)));
        shard.advance(30); // one stands no more, and one does now, whose drop waits
        shard.register(query("other", new Version(41, 0, 5), HOUR_MS));
        shard.register(query("third", new Version(42, 0, 6), HOUR_MS));
        assertThat(refused(told)).containsExactly("third");
        shard.advance(50);
        assertThat(told.stream().filter(of -> of.kind() == Difference.Kind.ENDED))
                .extracting(of -> of.query().id())
                .containsExactly("stands", "began");
        assertThat(shard.queries()).isOne();
    }

    /** Registrations of names that lie in partitions of their own, read in any order of those. */
    private static List<Registration> readInAnyOrder(SplittableRandom random) {
        List<List<Registration>> partitions =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 300; i++) {
            int name = random.nextInt(i / 5 + 1);
            List<Registration> of = partitions.get(name % partitions.size());
            Version stamp = new Version(i * 10L, name % partitions.size(), of.size());
            of.add(
                    random.nextInt(4) == 0
                            ? drop("q" + name, stamp)
                            : query("q" + name, stamp, 1 + random.nextInt(600)));
        }
        List<Registration> read = new ArrayList<>();
        int[] at = new int[partitions.size()];
        while (read.size() < 300) {
            int partition = random.nextInt(at.length);
            int many = random.nextInt(60);
            while (many-- > 0 && at[partition] < partitions.get(partition).size()) {
                read.add(partitions.get(partition).get(at[partition]++));
            }
        }
        return read;
    }

    /**
     * Names that live at most at once, by the newest time that must be known: of who comes, and of
     * who lives, since the newest of all may be the drop of nobody.
     */
    private static int mostThatLive(List<Registration> read) {
        Map<String, Registration> newest = new HashMap<>();
        long newestTime = 0;
        int most = 1;
        for (Registration next : read) {
            newest.put(next.name().key(), next);
            newestTime = Math.max(newestTime, next.stamp().time());
            long known = next.stamp().time();
            for (Registration of : newest.values()) {
                known = lives(of, newestTime) ? Math.max(known, of.stamp().time()) : known;
            }
            long now = known;
            most =
                    Math.max(
                            most,
                            (int) newest.values().stream().filter(of -> lives(of, now)).count());
        }
        return most;
    }

    private static boolean lives(Registration of, long at) {
        return of.query().isPresent() && of.stamp().time() + of.leaseMs() > at;
    }

    @Test
    void whoLivesAtTheEndStandsInWhicheverOrderPartitionsAreRead() {
        AtomicLong forgotten = new AtomicLong();
        Property.holds(
                300,
                random -> {
                    told.clear();
                    List<Registration> read = readInAnyOrder(random);
                    int most = mostThatLive(read) + 1; // a newcomer that is over already
                    StandingShard shard = shard(most);
                    read.forEach(shard::register);
                    assertThat(refused(told)).isEmpty();
                    long end = 300 * 10;
                    Map<String, Registration> newest = new TreeMap<>();
                    read.forEach(of -> newest.put(of.name().id(), of));
                    shard.advance(end);
                    assertThat(refused(told)).isEmpty();
                    Map<String, Difference.Kind> last = new HashMap<>();
                    told.forEach(of -> last.put(of.query().id(), of.kind()));
                    newest.forEach(
                            (id, of) -> {
                                boolean stands =
                                        last.containsKey(id)
                                                && last.get(id) != Difference.Kind.ENDED;
                                assertThat(stands).as("%s: %s", id, of).isEqualTo(lives(of, end));
                                forgotten.addAndGet(last.containsKey(id) ? 0 : 1);
                            });
                });
        assertThat(forgotten.get()).isPositive();
    }

    @Test
    void whatIsToldIsTheSameAfterARestore() {
        AtomicLong refused = new AtomicLong();
        Property.holds(
                300,
                random -> {
                    List<Registration> read = readInAnyOrder(random);
                    int most = 1 + random.nextInt(mostThatLive(read) + 1);
                    long moves = random.nextLong();
                    long frontiers = random.nextLong();
                    List<Difference> once = run(read, most, frontiers, new SplittableRandom(), 0);
                    List<Difference> again =
                            run(read, most, frontiers, new SplittableRandom(moves), 20);
                    assertThat(again).isEqualTo(once);
                    refused.addAndGet(refused(once).size());
                });
        assertThat(refused.get()).isPositive();
    }

    /** Reads all, with watermarks in between, and with a restore in front of one of so many. */
    private static List<Difference> run(
            List<Registration> read,
            int queriesMax,
            long frontiers,
            SplittableRandom moves,
            int oneOf)
            throws Exception {
        List<Difference> told = new ArrayList<>();
        SplittableRandom watermarks = new SplittableRandom(frontiers);
        RowsInMemory rows = new RowsInMemory();
        StandingShard shard = shard(queriesMax, Long.MIN_VALUE, told);
        long watermark = 0;
        for (Registration next : read) {
            if (oneOf > 0 && moves.nextInt(oneOf) == 0) {
                StandingShard restored = shard(queriesMax, shard.frontier(), told);
                rows.move(shard, restored);
                shard = restored;
            }
            shard.register(next);
            if (watermarks.nextInt(10) == 0) {
                watermark += watermarks.nextInt(300);
                shard.advance(watermark);
            }
        }
        shard.advance(10_000);
        return told;
    }
}
