package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRouting;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.operators.Neighbour;
import io.nearstream.operators.Neighbours;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A random index and random elements, and what brute force answers them. Times are close together,
 * so many are equal, and vectors are few, so many are equally near.
 *
 * @param topology what is asked
 * @param changes of the index in order of their versions, some of the same version
 * @param elements in order of their times
 */
record NearestLog(NearestTopology topology, List<JoinChange> changes, List<Element> elements) {
    private static final int START = 1_000;
    private static final int VALUES = 9;

    /** An element of a time. */
    record Element(long time, int number) {}

    static NearestLog random(SplittableRandom random, int count) {
        List<JoinChange> changes = new ArrayList<>();
        List<Element> elements = new ArrayList<>();
        long time = START;
        for (int i = 0; i < count; i++) {
            time += random.nextInt(3);
            if (random.nextInt(3) == 0) {
                elements.add(new Element(time, random.nextInt(VALUES * VALUES)));
            } else {
                changes.add(change(random, time, i));
            }
        }
        return new NearestLog(topology(random), changes, elements);
    }

    private static JoinChange change(SplittableRandom random, long time, int i) {
        Version version = new Version(time, 0, random.nextInt(4) == 0 ? 0 : i);
        RecordRef record = new RecordRef(JoinRule.LEFT, "r" + random.nextInt(25), version);
        if (random.nextInt(5) == 0) {
            return JoinChange.deleted(record);
        }
        long expiresAt = random.nextInt(3) == 0 ? time + random.nextInt(40) : JoinChange.NEVER;
        byte[] vector = vector(random.nextInt(VALUES * VALUES));
        return new JoinChange(record, false, vector, expiresAt, expiresAt);
    }

    /** Of no length 0. */
    static byte[] vector(int number) {
        return new byte[] {(byte) (1 + number % VALUES), (byte) (1 + number / VALUES)};
    }

    private static NearestTopology topology(SplittableRandom random) {
        JoinRule space =
                switch (random.nextInt(3)) {
                    case 0 -> NearestTopology.space(Metric.L2, Encoding.UINT8, 2);
                    case 1 -> NearestTopology.space(Metric.COSINE, Encoding.INT8, 2);
                    default -> NearestTopology.space(Metric.HAMMING, Encoding.BINARY, 16);
                };
        double most = space.metric() == Metric.COSINE ? .2 : 5;
        double distanceMax =
                random.nextBoolean() ? Double.POSITIVE_INFINITY : random.nextDouble() * most;
        NearestRouting routing =
                random.nextBoolean()
                        ? new NearestRouting.Flat(1 + random.nextInt(20))
                        : cells(space, random, distanceMax);
        return new NearestTopology(
                space, routing, 1 + random.nextInt(6), distanceMax, "test", 1, 1);
    }

    private static NearestRouting cells(
            JoinRule space, SplittableRandom random, double distanceMax) {
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            sample.add(vector(random.nextInt(VALUES * VALUES)));
        }
        CellVisits cells =
                CellVisits.train(
                        space.metric(),
                        space.encoding(),
                        space.dimensions(),
                        sample,
                        1 + random.nextInt(12),
                        random.nextLong());
        double share = random.nextBoolean() ? 1 : .05 + .9 * random.nextDouble();
        return new NearestRouting.Cells(cells.centroids(), share, distanceMax);
    }

    /** What must come out. */
    List<NearestCluster.Answer> answers() {
        return elements.stream().map(this::answer).toList();
    }

    private NearestCluster.Answer answer(Element element) {
        VectorSpace space = topology.space().space();
        VectorSpace.Query query = space.query(vector(element.number()));
        List<Neighbour> nearest = new ArrayList<>();
        for (JoinChange change : newestAt(element.time()).values()) {
            if (change.delete()
                    || change.expiresAt() <= element.time()
                    || isMissed(change, query)) {
                continue;
            }
            byte[] vector = change.vector();
            double score = space.score(query, vector, 0, space.inverseNorm(vector, 0));
            if (score <= space.score(topology.distanceMax())) {
                Version version = change.record().version();
                nearest.add(
                        new Neighbour(
                                change.record().id(),
                                space.distance(score),
                                version.time(),
                                version.offset()));
            }
        }
        nearest.sort(Comparator.comparingDouble(Neighbour::distance).thenComparing(Neighbour::id));
        int most = Math.min(topology.k(), nearest.size());
        return new NearestCluster.Answer(
                element.time(), new Neighbours<>(element.number(), nearest.subList(0, most)));
    }

    /** Of each record; of one version the first counts. */
    private Map<String, JoinChange> newestAt(long time) {
        Map<String, JoinChange> newest = new LinkedHashMap<>();
        for (JoinChange change : changes) {
            Version version = change.record().version();
            if (version.time() <= time) {
                newest.merge(
                        change.record().id(),
                        change,
                        (before, now) ->
                                version.isNewerThan(before.record().version()) ? now : before);
            }
        }
        return newest;
    }

    /** Only where a share of the cells is asked may anything be missed. */
    private boolean isMissed(JoinChange change, VectorSpace.Query query) {
        if (!(topology.routing() instanceof NearestRouting.Cells cells) || cells.share() == 1) {
            return false;
        }
        JoinRouting homes = cells.open(topology.space());
        int home = homes.visits(change.vector())[0];
        int[] asked = cells.probing(topology.space()).buckets(query.vector());
        return Arrays.stream(asked).noneMatch(bucket -> bucket == home);
    }
}
