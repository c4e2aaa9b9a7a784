package io.nearstream.core.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever overtakes what, a join says what brute force over the same log says. */
class JoinModelTest {
    @Test
    void everyInterleavingSaysEachPairOnceAsBruteForceDoes() {
        AtomicLong pairs = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        Property.holds(
                100,
                random -> {
                    Log log = Log.random(random, 20 + random.nextInt(180));
                    Dataflow dataflow = new Dataflow(log, random);
                    List<PairChange> said = dataflow.run();
                    BruteForce brute =
                            new BruteForce(log.rule(), log.routing(), dataflow.accepted());
                    assertThat(said)
                            .containsExactlyInAnyOrderElementsOf(brute.says(Integer.MAX_VALUE));
                    assertAddedBeforeTakenBack(said);
                    pairs.addAndGet(said.stream().filter(PairChange::added).count());
                    ended.addAndGet(said.stream().filter(change -> !change.added()).count());
                });
        assertThat(pairs.get()).as("pairs of all trials").isPositive();
        assertThat(ended.get()).as("pairs taken back in all trials").isPositive();
    }

    private static void assertAddedBeforeTakenBack(List<PairChange> said) {
        Map<Pair, Boolean> there = new HashMap<>();
        for (PairChange change : said) {
            Boolean before = there.put(change.pair(), change.added());
            assertThat(before).isEqualTo(change.added() ? null : Boolean.TRUE);
        }
    }

    @Test
    void everyChangeTakesPartWhereNothingIsLate() {
        Property.holds(
                60,
                random -> {
                    Log log = Log.random(random, 100);
                    Dataflow dataflow = new Dataflow(log, random);
                    dataflow.run();
                    Map<String, Version> newest = new HashMap<>();
                    List<JoinChange> expected = new ArrayList<>();
                    for (JoinChange change : log.changes()) {
                        String key = change.record().side() + change.record().id();
                        Version version = change.record().version();
                        if (version.isNewerThan(newest.getOrDefault(key, Version.NONE))) {
                            newest.put(key, version);
                            expected.add(change);
                        }
                    }
                    assertThat(dataflow.accepted()).containsExactlyInAnyOrderElementsOf(expected);
                });
    }

    @Test
    void cellsAtOneMissNoPair() {
        AtomicLong exact = new AtomicLong();
        Property.holds(
                60,
                random -> {
                    Log log = Log.random(random, 120);
                    if (log.exact()) {
                        exact.incrementAndGet();
                        assertThat(
                                        new BruteForce(
                                                        log.rule(),
                                                        log.routing(),
                                                        distinct(log.changes()))
                                                .missesAny())
                                .isFalse();
                    }
                });
        assertThat(exact.get()).as("trials with a = 1").isPositive();
    }

    /** Without second changes of a record at one version. */
    private static List<JoinChange> distinct(List<JoinChange> changes) {
        Map<RecordRef, JoinChange> first = new LinkedHashMap<>();
        changes.forEach(change -> first.putIfAbsent(change.record(), change));
        return List.copyOf(first.values());
    }

    @Test
    void nothingIsLeftOfWhatIsGone() {
        AtomicLong forgotten = new AtomicLong();
        Property.holds(
                120,
                random -> {
                    Log log = Log.random(random, 100);
                    List<JoinChange> all = new ArrayList<>(log.changes());
                    long after = all.get(all.size() - 1).record().version().time() + 1;
                    for (JoinChange change : log.changes()) {
                        Version version = new Version(after, 0, 0);
                        all.add(JoinChange.deleted(change.record().at(version)));
                    }
                    Log ending = new Log(log.rule(), log.routing(), all, log.exact());
                    Dataflow dataflow = new Dataflow(ending, random, after);
                    List<PairChange> said = dataflow.run();
                    assertThat(dataflow.placed()).isZero();
                    long retain = log.rule().retainMs();
                    if (retain == JoinRule.UNLIMITED) {
                        assertThat(said.stream().filter(PairChange::added).count())
                                .isEqualTo(said.stream().filter(c -> !c.added()).count());
                    } else {
                        // What was over before it ended was told to no bucket, and waits for this.
                        forgotten.addAndGet(dataflow.kept());
                        dataflow.forgetBefore(after + retain);
                    }
                    assertThat(dataflow.kept()).as("%s", log.rule()).isZero();
                });
        assertThat(forgotten.get()).as("kept until it was over, in all trials").isPositive();
    }

    @Test
    void whatLivesAndIsNotOverIsKeptAndNothingElse() {
        AtomicLong overs = new AtomicLong();
        Property.holds(
                120,
                random -> {
                    Log log = Log.random(random, 100);
                    long end = log.changes().get(99).record().version().time();
                    end += random.nextInt(60);
                    Dataflow dataflow = new Dataflow(log, random, end);
                    dataflow.run();
                    dataflow.forgetBefore(end);
                    List<JoinChange> live = live(dataflow.accepted(), end);
                    List<JoinChange> kept = new ArrayList<>(live);
                    long time = end;
                    kept.removeIf(each -> log.rule().isOver(each.record().version().time(), time));
                    overs.addAndGet(live.size() - kept.size());
                    assertThat(dataflow.placed()).isEqualTo(kept.size());
                    int entries = 0;
                    for (JoinChange change : kept) {
                        int visits = log.routing().visits(change.vector()).length;
                        entries += log.routing().livesEverywhere() ? visits : 1;
                    }
                    assertThat(dataflow.kept())
                            .as("%s", log.rule())
                            .isEqualTo(entries + standing(log, dataflow.accepted(), kept));
                });
        assertThat(overs.get()).as("records that live and are over, in all trials").isPositive();
    }

    /** The records that live at a time, at the versions that they have then. */
    private static List<JoinChange> live(List<JoinChange> accepted, long time) {
        Map<String, JoinChange> newest = new LinkedHashMap<>();
        for (JoinChange change : accepted) {
            newest.put(change.record().side() + change.record().id(), change);
        }
        return newest.values().stream()
                .filter(change -> change.isLive() && change.expiresAt() > time)
                .toList();
    }

    /** How many pairs of records that are kept there are. */
    private static long standing(Log log, List<JoinChange> accepted, List<JoinChange> kept) {
        Set<RecordRef> there = kept.stream().map(JoinChange::record).collect(Collectors.toSet());
        return new BruteForce(log.rule(), log.routing(), accepted)
                .says(Integer.MAX_VALUE).stream()
                        .filter(PairChange::added)
                        .filter(change -> there.contains(change.pair().earlier()))
                        .filter(change -> there.contains(change.pair().later()))
                        .count();
    }

    @Test
    void theNearestOfEachLaterRecordAreChosenAndTakenBack() {
        Property.holds(
                60,
                random -> {
                    Log log = Log.random(random, 150);
                    int k = 1 + random.nextInt(3);
                    Dataflow dataflow = new Dataflow(log, random);
                    List<PairChange> chosen = choose(dataflow.run(), k);
                    BruteForce brute =
                            new BruteForce(log.rule(), log.routing(), dataflow.accepted());
                    assertThat(chosen).containsExactlyInAnyOrderElementsOf(brute.says(k));
                });
    }

    private static List<PairChange> choose(List<PairChange> said, int k) {
        Map<String, List<PairChange>> byLater = new LinkedHashMap<>();
        for (PairChange change : said) {
            RecordRef later = change.pair().later();
            byLater.computeIfAbsent(later.side() + later.id(), unknown -> new ArrayList<>())
                    .add(change);
        }
        List<PairChange> chosen = new ArrayList<>();
        byLater.values()
                .forEach(
                        changes -> {
                            changes.sort(PairChange.ORDER);
                            new NearestEarlier(k).apply(List.of(), changes, chosen::add);
                        });
        return chosen;
    }

    @Test
    void pairsAreNotKeptWhereNobodyTakesThemBack() {
        Property.holds(
                50,
                random -> {
                    Log log = Log.random(random, 100, false);
                    Dataflow dataflow = new Dataflow(log, random);
                    List<PairChange> said = dataflow.run();
                    BruteForce brute =
                            new BruteForce(log.rule(), log.routing(), dataflow.accepted());
                    assertThat(said)
                            .containsExactlyInAnyOrderElementsOf(brute.says(Integer.MAX_VALUE));
                });
    }

    @Test
    void oneOfTheirPairsIsSaidOfThoseThatHaveAny() {
        AtomicLong spared = new AtomicLong();
        Property.holds(
                50,
                random -> {
                    Log all = Log.random(random, 150, false);
                    Log log =
                            new Log(
                                    all.rule().withFirstOnly(),
                                    all.routing(),
                                    all.changes(),
                                    all.exact());
                    Dataflow dataflow = new Dataflow(log, random);
                    List<PairChange> said = dataflow.run();
                    List<PairChange> brute =
                            new BruteForce(all.rule(), all.routing(), dataflow.accepted())
                                    .says(Integer.MAX_VALUE);
                    assertThat(brute).containsAll(said);
                    assertThat(said).doesNotHaveDuplicates();
                    assertThat(laters(said)).isEqualTo(laters(brute));
                    spared.addAndGet(brute.size() - said.size());
                });
        assertThat(spared.get()).as("pairs that were not said").isPositive();
    }

    private static Set<RecordRef> laters(List<PairChange> said) {
        return said.stream().map(change -> change.pair().later()).collect(Collectors.toSet());
    }

    @Test
    void equalRecordsAreComparedOnceEachWhereOnePairIsEnough() {
        JoinRule rule =
                new JoinRule(
                                Metric.L2,
                                Encoding.UINT8,
                                2,
                                1,
                                false,
                                JoinRule.UNLIMITED,
                                JoinRule.UNLIMITED,
                                false)
                        .withFirstOnly();
        PairBucket bucket = new PairBucket(rule);
        List<PairChange> said = new ArrayList<>();
        int records = 1_000;
        for (int i = 0; i < records; i++) {
            RecordRef record = new RecordRef((byte) 0, "r" + i, new Version(i, 0, 0));
            JoinChange change =
                    new JoinChange(record, false, new byte[] {1, 1}, i, JoinChange.NEVER);
            bucket.apply(Visit.single(0, Visit.Kind.LIVE, change), said::add);
        }
        assertThat(said).hasSize(records - 1);
        assertThat(bucket.scanned()).isEqualTo(records - 1);
    }
}
