package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds when there is more than may be: who is served, who is refused, who is told less. */
class StandingLimitsTest {
    private static final long LEASE = 1_000_000;

    private final List<Difference> told = new ArrayList<>();
    private long offset;

    private StandingShard shard(int queriesMax, int perSecond) {
        StandingRules rules =
                new StandingRules(
                        VectorSpace.of(Metric.L2, Encoding.UINT8, 2),
                        StandingCells.single(),
                        queriesMax,
                        100,
                        perSecond);
        return new StandingShard(rules, Long.MIN_VALUE, told::add);
    }

    private Registration query(String id, long time, boolean snapshot) {
        return Registration.of(
                new QueryName("s", id),
                new Version(time, 0, offset++),
                new StandingQuery(
                        new byte[] {5, 6},
                        3,
                        Double.POSITIVE_INFINITY,
                        LabelFilter.NONE,
                        StandingQuery.ALL_CELLS),
                LEASE,
                snapshot);
    }

    private Registration drop(String id, long time) {
        return Registration.drop(new QueryName("s", id), new Version(time, 0, offset++));
    }

    private static IndexChange write(String id, long time) {
        return new IndexChange(
                new RecordKey(7, id),
                false,
                new Version(time, 0, time),
                new byte[] {5, (byte) (time % 7)},
                new int[0],
                0,
                0,
                List.of(),
                new byte[0],
                time,
                IndexChange.NEVER);
    }

    private Map<String, List<Difference.Kind>> kinds() {
        Map<String, List<Difference.Kind>> kinds = new TreeMap<>();
        told.forEach(
                of ->
                        kinds.computeIfAbsent(of.query().id(), unknown -> new ArrayList<>())
                                .add(of.kind()));
        return kinds;
    }

    @Test
    void whoStartsFromNothingServesTheNewestOfEachName() {
        Property.holds(
                200,
                random -> {
                    told.clear();
                    StandingShard shard = shard(5, 100);
                    Map<String, Boolean> stands = new HashMap<>();
                    int most = 0;
                    for (int i = 0; i < 300; i++) {
                        String id = "q" + random.nextInt(5);
                        boolean drops = random.nextInt(3) == 0;
                        shard.register(drops ? drop(id, i) : query(id, i, false));
                        stands.put(id, !drops);
                        most = Math.max(most, shard.pending());
                    }
                    assertThat(most).as("registrations that wait").isLessThanOrEqualTo(10);
                    shard.advance(1_000);
                    assertThat(shard.pending()).isZero();
                    assertThat(shard.queries())
                            .isEqualTo(stands.values().stream().filter(is -> is).count());
                    stands.forEach(
                            (id, is) -> {
                                List<Difference.Kind> of = kinds().getOrDefault(id, List.of());
                                assertThat(of).doesNotContain(Difference.Kind.REFUSED);
                                boolean open =
                                        !of.isEmpty()
                                                && of.get(of.size() - 1) != Difference.Kind.ENDED;
                                assertThat(open).as("%s: %s", id, of).isEqualTo(is);
                            });
                });
    }

    @Test
    void whoStandsIsRenewedAndDroppedHoweverManyWait() {
        StandingShard shard = shard(4, 100);
        shard.register(query("renewed", 1, false));
        shard.register(query("dropped", 2, false));
        shard.advance(10);
        for (int i = 0; i < 4; i++) {
            shard.register(query("new" + i, 20 + i, false));
        }
        shard.register(query("late", 30, false));
        shard.register(query("renewed", 31, false));
        shard.register(drop("dropped", 32));
        assertThat(told.get(told.size() - 1).query().id()).isEqualTo("late");
        assertThat(told.get(told.size() - 1).kind()).isEqualTo(Difference.Kind.REFUSED);
        shard.advance(100);
        assertThat(kinds().get("renewed"))
                .containsExactly(Difference.Kind.SNAPSHOT, Difference.Kind.RENEWED);
        assertThat(kinds().get("dropped"))
                .containsExactly(Difference.Kind.SNAPSHOT, Difference.Kind.ENDED);
        assertThat(kinds().get("new0")).containsExactly(Difference.Kind.SNAPSHOT);
        assertThat(kinds().get("new1")).containsExactly(Difference.Kind.SNAPSHOT);
        assertThat(kinds().get("new3")).containsExactly(Difference.Kind.REFUSED);
        assertThat(shard.queries()).isEqualTo(3);
    }

    @Test
    void aReplacementBeginsAtOne() {
        StandingShard shard = shard(4, 100);
        shard.register(query("q", 1, false));
        shard.next(write("a", 5));
        shard.advance(10);
        StandingQuery other = new StandingQuery(new byte[] {1, 1}, 2, 9, LabelFilter.NONE, 1);
        Version stamp = new Version(20, 0, offset++);
        shard.register(Registration.of(new QueryName("s", "q"), stamp, other, LEASE, false));
        shard.advance(30);
        assertThat(told).extracting(Difference::sequence).containsExactly(1L, 2L, 1L);
        assertThat(told.get(2).registered()).isEqualTo(stamp);
    }

    @Test
    void asksForSnapshotsDoNotUndoTheLimit() {
        int perSecond = 3;
        StandingShard shard = shard(4, perSecond);
        shard.register(query("q", 0, false));
        shard.advance(0);
        for (int time = 1; time < 5_000; time += 2) {
            shard.register(query("q", time, true));
            shard.next(write("r" + time % 5, time + 1));
            shard.advance(time + 1);
        }
        List<Difference> answers =
                told.stream()
                        .filter(
                                of ->
                                        of.kind() == Difference.Kind.SNAPSHOT
                                                || of.kind() == Difference.Kind.CHANGE)
                        .toList();
        for (int second = 0; second < 5; second++) {
            long from = 1 + second * 1_000L;
            assertThat(answers)
                    .filteredOn(of -> of.cause().time() >= from && of.cause().time() < from + 1_000)
                    .as("answers in the second from %d", from)
                    .hasSize(perSecond);
        }
        assertThat(shard.limited()).isEqualTo(5);
    }
}
