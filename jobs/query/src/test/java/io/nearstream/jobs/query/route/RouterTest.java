package io.nearstream.jobs.query.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final Owners OWNERS = new Owners(Samples.MAX_PARALLELISM);
    private static final ProbeKey KEY = new ProbeKey(1, 2);
    private static final long UID = Samples.PLACES.uid();
    private static final CollectionState LEARNED =
            state(Samples.PLACES, Generation.initial(Samples.PLACES), Samples.PLACES_1);
    private static final CollectionState FLAT =
            state(Samples.PLACES, Generation.initial(Samples.PLACES));

    private static CollectionState state(CollectionSettings settings, Generation... generations) {
        return new CollectionState(settings, false, generations[generations.length - 1]);
    }

    private static CheckedProbe probe(
            CollectionState collection, List<byte[]> vectors, Effort effort, double radiusScore) {
        return new CheckedProbe(
                "p",
                collection,
                vectors,
                List.of(),
                10,
                10,
                radiusScore,
                LabelFilter.NONE,
                effort,
                Long.MIN_VALUE,
                1_000,
                false,
                false,
                -1);
    }

    private static CheckedProbe probe(
            CollectionState collection, SplittableRandom random, Effort effort) {
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            vectors.add(Samples.vector(random));
        }
        return probe(collection, vectors, effort, Double.NaN);
    }

    /** Whoever owns a bucket of the probe is asked for exactly it, nobody else for anything. */
    @Test
    void messagesGoOnlyToOwnersAndSlotsAreTheirKeyGroups() {
        Property.holds(
                random -> {
                    int parallelism = 1 + random.nextInt(8);
                    int wanted = 1 + random.nextInt(Samples.PLACES_1.bucketCount() - 1);
                    CheckedProbe probe = probe(LEARNED, random, new Effort(0.9, wanted, false));
                    Router.Route route =
                            new Router(OWNERS, parallelism, Routing.PROBE)
                                    .route(KEY, probe, 100, 1, 1);
                    BitSet slots = new BitSet();
                    TreeSet<Integer> owners = new TreeSet<>();
                    for (byte[] vector : probe.vectors()) {
                        for (int bucket : Samples.PLACES_1.probe(vector, wanted)) {
                            BucketKey key = new BucketKey(UID, bucket);
                            slots.set(key.keyGroup(Samples.MAX_PARALLELISM));
                            owners.add(OWNERS.subtask(key, parallelism));
                        }
                    }
                    assertThat(BitSet.valueOf(route.slots())).isEqualTo(slots);
                    assertThat(route.messages())
                            .extracting(ProbeMessage::target)
                            .containsExactlyElementsOf(owners);
                    for (int ordinal = 0; ordinal < probe.vectors().size(); ordinal++) {
                        assertThat(bucketsOf(route, ordinal, parallelism))
                                .containsExactlyInAnyOrder(
                                        Samples.PLACES_1.probe(
                                                probe.vectors().get(ordinal), wanted));
                    }
                });
    }

    private static int[] bucketsOf(Router.Route route, int ordinal, int parallelism) {
        List<Integer> buckets = new ArrayList<>();
        for (ProbeMessage message : route.messages()) {
            for (QueryPart part : message.queries()) {
                for (int bucket : part.ordinal() == ordinal ? part.buckets() : new int[0]) {
                    assertThat(OWNERS.subtask(new BucketKey(UID, bucket), parallelism))
                            .isEqualTo(message.target());
                    buckets.add(bucket);
                }
            }
        }
        return buckets.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void exhaustiveProbesGoEverywhereWithoutLists() {
        Property.holds(
                random -> {
                    int parallelism = 1 + random.nextInt(8);
                    Router.Route route =
                            new Router(OWNERS, parallelism, Routing.PROBE)
                                    .route(
                                            KEY,
                                            probe(LEARNED, random, new Effort(1, 0, true)),
                                            100,
                                            random.nextInt(2),
                                            1);
                    assertEverywhere(route, parallelism);
                    assertThat(route.messages())
                            .allSatisfy(
                                    message ->
                                            assertThat(message.queries())
                                                    .allMatch(part -> part.buckets().length == 0));
                });
    }

    /** All buckets by number are what exhaustive says, without a list of them on the way. */
    @Test
    void asManyProbesAsBucketsAreAnExhaustiveProbe() {
        SplittableRandom random = new SplittableRandom(2);
        int all = Samples.PLACES_1.bucketCount();
        for (int wanted : new int[] {all, all + 1, Integer.MAX_VALUE}) {
            CheckedProbe probe = probe(LEARNED, random, new Effort(0.9, wanted, false));
            Router.Route route = new Router(OWNERS, 3, Routing.PROBE).route(KEY, probe, 100, 1, 1);
            assertEverywhere(route, 3);
            assertThat(bucketsOf(route, 0, 3)).isEmpty();
            assertThat(route.messages()).allMatch(message -> message.effort().exhaustive());
        }
        CheckedProbe one = probe(LEARNED, random, new Effort(0.9, all - 1, false));
        assertThat(new Router(OWNERS, 3, Routing.PROBE).route(KEY, one, 100, 1, 1).messages())
                .noneMatch(message -> message.effort().exhaustive());
    }

    /** Each subtask adds the older buckets that it holds; lists of the new ones go to owners. */
    @Test
    void probesGoEverywhereWhileOlderBucketsMayHoldEntries() {
        Property.holds(
                random -> {
                    int parallelism = 1 + random.nextInt(8);
                    CheckedProbe probe = probe(LEARNED, random, new Effort(0.9, 2, false));
                    Router.Route route =
                            new Router(OWNERS, parallelism, Routing.PROBE)
                                    .route(KEY, probe, 100, 0, 1);
                    assertEverywhere(route, parallelism);
                    assertThat(route.messages()).allMatch(ProbeMessage::unsettled);
                    assertThat(bucketsOf(route, 0, parallelism))
                            .containsExactlyInAnyOrder(
                                    Samples.PLACES_1.probe(probe.vectors().get(0), 2));
                });
    }

    /** Once flat buckets are empty, split cells near the query are named; nobody else is asked. */
    @Test
    void splitCellsNearTheQueryAreNamedWhileTheyMayHoldEntries() {
        CollectionState split =
                state(
                        Samples.PLACES,
                        Generation.initial(Samples.PLACES),
                        Samples.PLACES_1,
                        Samples.PLACES_2,
                        Samples.PLACES_3);
        Property.holds(
                random -> {
                    int parallelism = 1 + random.nextInt(8);
                    int settled = 1 + random.nextInt(3);
                    int wanted = 1 + random.nextInt(8);
                    CheckedProbe probe = probe(split, random, new Effort(0.9, wanted, false));
                    Router.Route route =
                            new Router(OWNERS, parallelism, Routing.PROBE)
                                    .route(KEY, probe, 100, settled, 1);
                    assertThat(route.messages()).noneMatch(ProbeMessage::unsettled);
                    byte[] vector = probe.vectors().get(0);
                    assertThat(bucketsOf(route, 0, parallelism))
                            .containsExactlyInAnyOrder(
                                    IntStream.concat(
                                                    IntStream.of(
                                                            Samples.PLACES_3.probe(vector, wanted)),
                                                    IntStream.of(
                                                            Samples.PLACES_3.probeRetired(
                                                                    vector, wanted, settled)))
                                            .toArray());
                });
    }

    @Test
    void flatBucketsAreLeftToTheSubtasks() {
        SplittableRandom random = new SplittableRandom(1);
        Router.Route route =
                new Router(OWNERS, 3, Routing.PROBE)
                        .route(KEY, probe(FLAT, random, new Effort(0.9, 0, false)), 100, 0, 1);
        assertEverywhere(route, 3);
        assertThat(bucketsOf(route, 0, 3)).isEmpty();
    }

    /** A share behind its answer would wait in the merge for nobody. */
    @Test
    void broadcastAsksEverySubtaskAndWaitsForEach() {
        Property.holds(
                random -> {
                    int parallelism = 1 + random.nextInt(8);
                    CheckedProbe probe = probe(LEARNED, random, new Effort(0.9, 1, false));
                    Router.Route route =
                            new Router(OWNERS, parallelism, Routing.BROADCAST)
                                    .route(KEY, probe, 100, 1, 1);
                    assertEverywhere(route, parallelism);
                    assertThat(bucketsOf(route, 0, parallelism))
                            .containsExactly(Samples.PLACES_1.probe(probe.vectors().get(0), 1));
                });
    }

    private static void assertEverywhere(Router.Route route, int parallelism) {
        assertThat(route.messages())
                .extracting(ProbeMessage::target)
                .containsExactlyElementsOf(IntStream.range(0, parallelism).boxed().toList());
        assertThat(BitSet.valueOf(route.slots()).cardinality()).isEqualTo(Samples.MAX_PARALLELISM);
    }

    @Test
    void oneHitAboveTheCapOfARangeTellsThatItCut() {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> vectors = List.of(Samples.vector(random));
        Effort effort = new Effort(0.9, 1, false);
        Router router = new Router(OWNERS, 1, Routing.PROBE);
        assertThat(router.route(KEY, probe(LEARNED, vectors, effort, 0.5), 100, 1, 1).messages())
                .singleElement()
                .matches(message -> message.limit() == 11 && message.isRange());
        assertThat(
                        router.route(KEY, probe(LEARNED, vectors, effort, Double.NaN), 100, 1, 1)
                                .messages())
                .singleElement()
                .matches(message -> message.limit() == 10 && !message.isRange());
    }

    @Test
    void ownersAreThoseOfFlinksKeyGroups() {
        Property.holds(
                random -> {
                    int parallelism = 1 + random.nextInt(16);
                    BucketKey key = new BucketKey(random.nextLong(), random.nextInt());
                    int owner =
                            org.apache.flink.runtime.state.KeyGroupRangeAssignment
                                    .assignKeyToParallelOperator(
                                            key, Samples.MAX_PARALLELISM, parallelism);
                    assertThat(OWNERS.subtask(key, parallelism)).isEqualTo(owner);
                    assertThat(
                                    OWNERS.partitioner()
                                            .partition(
                                                    key.keyGroup(Samples.MAX_PARALLELISM),
                                                    parallelism))
                            .isEqualTo(owner);
                    assertThat(OWNERS.partitioner().partition(Owners.toSubtask(owner), parallelism))
                            .isEqualTo(owner);
                });
    }
}
