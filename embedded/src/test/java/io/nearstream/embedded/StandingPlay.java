package io.nearstream.embedded;

import io.nearstream.client.VectorUpsert;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.embedded.testing.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Writes, and all that can be asked of standing queries, drawn from a seed. What is dropped has a
 * lease that is far from its end, so it is known why it ends. Not thread-safe.
 */
final class StandingPlay {
    static final List<String> SUBSCRIBERS = List.of("s0", "s1", "s2");

    private static final int SHORT_MS = 2_500;
    private static final int SOON_MS = 800;
    private static final int IDS = 300;
    private static final int RADIUS = 200;
    private static final List<String> LABELS = List.of("blue", "green", "red");

    /** What can be asked of a query. */
    private enum Act {
        BEGIN,
        RENEW,
        REFRESH,
        REPLACE,
        DROP,
        REFUSED
    }

    private final StandingSent sent;
    private final CollectionSettings collection;
    private final SplittableRandom random;

    /** The newest accepted registration of each name that was not dropped. */
    private final Map<QueryName, StandingSent.Asked> kept = new LinkedHashMap<>();

    private final List<QueryName> dropped = new ArrayList<>();
    private int begun;

    StandingPlay(StandingSent sent, CollectionSettings collection, SplittableRandom random) {
        this.sent = sent;
        this.collection = collection;
        this.random = random;
    }

    /** Every record once, so that there is something to learn from. */
    void fill() {
        for (int i = 0; i < IDS; i++) {
            upsert("v" + i, Optional.empty());
        }
    }

    /** So many queries begin; of every other one the lease is short. */
    void begin(int count) {
        for (int i = 0; i < count; i++) {
            begin(i % 2 == 0 ? StandingSent.LONG : within(SHORT_MS));
        }
    }

    /** The leases of so many new queries end very soon. */
    void beginShort(int count) {
        for (int i = 0; i < count; i++) {
            begin(within(SOON_MS));
        }
    }

    /** All that can be asked, in any order, each of a query that stands. */
    void askEverything() {
        List<Act> acts = new ArrayList<>(Arrays.asList(Act.values()));
        Collections.shuffle(acts, new Random(random.nextLong()));
        acts.forEach(act -> ask(act, true));
    }

    /** So many writes, and registrations between them. */
    void go(int count) {
        for (int i = 0; i < count; i++) {
            if (random.nextInt(20) == 0) {
                int any = random.nextInt(9);
                ask(any < 4 ? Act.BEGIN : Act.values()[any - 3], random.nextInt(4) > 0);
            } else {
                write("v" + random.nextInt(IDS));
            }
        }
    }

    /**
     * Everything ends: records are deleted or expire, queries are dropped or their leases run out,
     * in any order.
     */
    void end() {
        List<Runnable> ends = new ArrayList<>();
        for (int i = 0; i < IDS; i++) {
            String id = "v" + i;
            ends.add(() -> endRecord(id));
        }
        for (StandingSent.Asked of : lasting()) {
            ends.add(() -> endQuery(of));
        }
        Collections.shuffle(ends, new Random(random.nextLong()));
        ends.forEach(Runnable::run);
    }

    private void endRecord(String id) {
        if (random.nextInt(4) > 0) {
            sent.delete(id);
        } else {
            upsert(id, Optional.of(within(SOON_MS)));
        }
    }

    private void endQuery(StandingSent.Asked of) {
        if (random.nextBoolean()) {
            drop(of.name());
        } else {
            register(of.name(), of.query().orElseThrow(), within(SOON_MS), random.nextBoolean());
        }
    }

    private void write(String id) {
        if (random.nextInt(4) == 0) {
            sent.delete(id);
        } else {
            boolean expires = random.nextInt(5) == 0;
            upsert(id, expires ? Optional.of(within(SHORT_MS)) : Optional.empty());
        }
    }

    private void upsert(String id, Optional<Duration> ttl) {
        VectorUpsert record =
                VectorUpsert.of(collection, id, Kinds.vector(collection, random))
                        .withLabels(labels(3));
        sent.upsert(ttl.isPresent() ? record.withTtl(ttl.get()) : record);
    }

    private Duration within(int ms) {
        return Duration.ofMillis(1 + random.nextInt(ms));
    }

    /** Each of the labels once in so many times. */
    private List<String> labels(int times) {
        return LABELS.stream().filter(label -> random.nextInt(times) == 0).toList();
    }

    private void ask(Act act, boolean ofOneThatStands) {
        switch (act) {
            case BEGIN -> begin(random.nextBoolean() ? StandingSent.LONG : within(SHORT_MS));
            case RENEW -> renew(target(ofOneThatStands), false);
            case REFRESH -> renew(target(ofOneThatStands), true);
            case REPLACE ->
                    register(
                            target(ofOneThatStands).name(), query(), lease(), random.nextBoolean());
            case DROP -> {
                boolean again = !ofOneThatStands && !dropped.isEmpty();
                drop(again ? any(dropped) : target(true).name());
            }
            case REFUSED -> sent.refused(target(ofOneThatStands).name());
            default -> throw new IllegalStateException("Unknown: " + act);
        }
    }

    private void begin(Duration lease) {
        boolean again = !dropped.isEmpty() && random.nextInt(4) == 0;
        QueryName name = again ? any(dropped) : new QueryName(any(SUBSCRIBERS), "q" + begun++);
        register(name, query(), lease, random.nextBoolean());
    }

    private void renew(StandingSent.Asked of, boolean snapshot) {
        register(of.name(), of.query().orElseThrow(), lease(), snapshot);
    }

    private Duration lease() {
        return random.nextInt(4) > 0 ? StandingSent.LONG : within(SHORT_MS);
    }

    /** One that stands for certain, or one that may have run out. */
    private StandingSent.Asked target(boolean stands) {
        if (lasting().isEmpty()) {
            begin(StandingSent.LONG);
        }
        return any(stands ? lasting() : List.copyOf(kept.values()));
    }

    private List<StandingSent.Asked> lasting() {
        return kept.values().stream().filter(StandingSent.Asked::isLong).toList();
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private StandingQuery query() {
        return new StandingQuery(
                Kinds.vector(collection, random),
                1 + random.nextInt(12),
                random.nextBoolean() ? RADIUS : Double.POSITIVE_INFINITY,
                random.nextBoolean()
                        ? LabelFilter.NONE
                        : new LabelFilter(labels(2), labels(6), labels(4)),
                StandingQuery.ALL_CELLS);
    }

    private void register(QueryName name, StandingQuery query, Duration lease, boolean snapshot) {
        kept.put(name, sent.register(name, query, lease, snapshot));
        dropped.remove(name);
    }

    private void drop(QueryName name) {
        sent.drop(name);
        if (kept.remove(name) != null) {
            dropped.add(name);
        }
    }
}
