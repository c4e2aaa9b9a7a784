package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.testing.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CacheSlotsTest {
    private static final String KEY = "k";

    private final CacheSlots slots = new CacheSlots(100, 1 << 20);

    private CacheSlots.Load begin(String key) {
        CacheSlots.Load load = CacheSlots.newLoad(0);
        return slots.begin(key, load) == load ? load : null;
    }

    @Test
    void changeThatPassesDuringALoadWins() {
        CacheSlots.Load load = begin(KEY);
        slots.changed(KEY, CachedValue.of(Entries.entry(2, "new")));
        slots.loaded(KEY, load, CachedValue.of(Entries.entry(1, "old")));

        assertThat(text(slots.known(KEY, true))).isEqualTo("new");
        assertThat(load.answer().join().version()).isEqualTo(Entries.version(1));
    }

    @Test
    void loadThatIsNewerThanWhatPassedWins() {
        CacheSlots.Load load = begin(KEY);
        slots.changed(KEY, CachedValue.of(Entries.entry(2, "passed")));
        slots.loaded(KEY, load, CachedValue.of(Entries.entry(3, "loaded")));
        slots.changed(KEY, CachedValue.of(Entries.entry(2, "repeated")));

        assertThat(text(slots.known(KEY, true))).isEqualTo("loaded");
    }

    @Test
    void absenceIsKnownTooUntilAChange() {
        CacheSlots.Load load = begin(KEY);
        slots.loaded(KEY, load, CachedValue.of(Entries.deleted(1)));
        assertThat(slots.known(KEY, true).bytes()).isNull();
        slots.changed(KEY, CachedValue.of(Entries.entry(2, "v")));
        assertThat(text(slots.known(KEY, true))).isEqualTo("v");
    }

    @Test
    void changesOfKeysWithoutAPlaceAreNotKept() {
        slots.changed(KEY, CachedValue.of(Entries.entry(2, "v")));
        assertThat(slots.contains(KEY)).isFalse();
    }

    @Test
    void invalidatedLoadFillsNothing() {
        CacheSlots.Load load = begin(KEY);
        slots.invalidate(KEY);
        slots.loaded(KEY, load, CachedValue.of(Entries.entry(1, "v")));
        assertThat(slots.known(KEY, true)).isNull();
        assertThat(load.answer()).isCompleted();
    }

    @Test
    void failedLoadLeavesThePlaceToOthers() {
        CacheSlots.Load load = begin(KEY);
        assertThat(begin(KEY)).isNull();
        slots.failed(KEY, load, new NearstreamException("gone"));
        assertThat(load.answer()).isCompletedExceptionally();
        assertThat(begin(KEY)).isNotNull();
    }

    @Test
    void numberAndBytesAreBounded() {
        CacheSlots few = new CacheSlots(10, 1 << 20);
        CacheSlots small = new CacheSlots(1_000, 64 << 10);
        for (int i = 0; i < 1_000; i++) {
            for (CacheSlots bounded : List.of(few, small)) {
                CacheSlots.Load load = CacheSlots.newLoad(0);
                bounded.begin("k" + i, load);
                bounded.loaded("k" + i, load, value(1, 1_000));
            }
        }
        assertThat(few.size()).isLessThanOrEqualTo(10);
        assertThat(small.size()).isBetween(1L, 64L);
    }

    private static CachedValue value(long version, int bytes) {
        return new CachedValue(new byte[bytes], Entries.version(version), 0, KeyValueEntry.NEVER);
    }

    /**
     * Loads begin, read the truth, and end at any time; the feed follows the truth with a lag and
     * repeats itself. Whenever the feed is through, every known key is what the truth says.
     */
    @Test
    void whatIsKnownIsNeverOlderThanWhatTheFeedHasTold() {
        Property.holds(
                500,
                random -> {
                    Model model = new Model(new CacheSlots(4, 1 << 20));
                    for (int step = 0; step < 300; step++) {
                        model.step(random);
                    }
                });
    }

    private static final class Model {
        private record Loading(CacheSlots.Load load, String key, List<CachedValue> read) {}

        private final CacheSlots slots;
        private final Map<String, CachedValue> truth = new HashMap<>();
        private final Map<String, Long> told = new HashMap<>();
        private final List<Map.Entry<String, CachedValue>> log = new ArrayList<>();
        private final List<Loading> loads = new ArrayList<>();
        private int fed;

        Model(CacheSlots slots) {
            this.slots = slots;
        }

        void step(SplittableRandom random) {
            String key = "k" + random.nextInt(6);
            switch (random.nextInt(7)) {
                case 0 -> write(key, random);
                case 1 -> {
                    CacheSlots.Load load = CacheSlots.newLoad(0);
                    if (slots.begin(key, load) == load) {
                        loads.add(new Loading(load, key, new ArrayList<>()));
                    }
                }
                case 2 -> loads.forEach(loading -> read(loading, random));
                case 3 -> end(random);
                case 4 -> feed();
                case 5 -> fed = random.nextInt(10) == 0 ? random.nextInt(fed + 1) : fed;
                default -> {
                    if (random.nextInt(10) == 0) {
                        slots.invalidate(key);
                    }
                }
            }
            check(key);
        }

        private void write(String key, SplittableRandom random) {
            long version = log.size() + 1;
            CachedValue entry =
                    CachedValue.of(
                            random.nextInt(4) == 0
                                    ? Entries.deleted(version)
                                    : Entries.entry(version, "v" + version));
            truth.put(key, entry);
            log.add(Map.entry(key, entry));
        }

        /** The source answers some time after the load began. */
        private void read(Loading loading, SplittableRandom random) {
            if (loading.read.isEmpty() && random.nextBoolean()) {
                loading.read.add(
                        truth.getOrDefault(loading.key, CachedValue.of(Entries.deleted(0))));
            }
        }

        private void end(SplittableRandom random) {
            List<Loading> ready = loads.stream().filter(l -> !l.read.isEmpty()).toList();
            if (!ready.isEmpty()) {
                Loading loading = ready.get(random.nextInt(ready.size()));
                loads.remove(loading);
                if (random.nextInt(5) == 0) {
                    slots.failed(loading.key, loading.load, new NearstreamException("gone"));
                } else {
                    slots.loaded(loading.key, loading.load, loading.read.get(0));
                }
            }
        }

        private void feed() {
            if (fed < log.size()) {
                Map.Entry<String, CachedValue> change = log.get(fed++);
                slots.changed(change.getKey(), change.getValue());
                told.merge(change.getKey(), change.getValue().version().time(), Math::max);
            }
        }

        private void check(String key) {
            CachedValue known = slots.known(key, true);
            if (known != null) {
                assertThat(known.version().time())
                        .as("%s after %d of %d changes", key, fed, log.size())
                        .isGreaterThanOrEqualTo(told.getOrDefault(key, 0L));
            }
        }
    }

    /** The same race with real threads: the last change is known in the end, or nothing is. */
    @Test
    void racingLoadsAndChangesEndWithTheLastChange() {
        Property.holds(
                50,
                random -> {
                    CacheSlots raced = new CacheSlots(10, 1 << 20);
                    AtomicReference<CachedValue> truth =
                            new AtomicReference<>(CachedValue.of(Entries.deleted(0)));
                    CountDownLatch start = new CountDownLatch(1);
                    Thread feed =
                            new Thread(
                                    () -> {
                                        await(start);
                                        for (int version = 1; version <= 1_000; version++) {
                                            truth.set(CachedValue.of(Entries.entry(version, "v")));
                                            raced.changed(
                                                    KEY,
                                                    CachedValue.of(Entries.entry(version, "v")));
                                        }
                                    });
                    feed.start();
                    start.countDown();
                    while (feed.isAlive()) {
                        CacheSlots.Load load = CacheSlots.newLoad(0);
                        if (raced.begin(KEY, load) == load) {
                            raced.loaded(KEY, load, truth.get());
                        } else {
                            raced.invalidate(KEY);
                        }
                    }
                    feed.join();
                    CachedValue known = raced.known(KEY, true);
                    assertThat(known == null || known.version().equals(Entries.version(1_000)))
                            .isTrue();
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static String text(CachedValue entry) {
        return new String(entry.bytes(), StandardCharsets.UTF_8);
    }
}
