package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.query.merge.MergeHarness.hit;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DistinctHitsTest {
    private static final int IDS = 12;
    private static final int K = 3;
    private static final int MOMENTS = 6;

    @Test
    void newestVersionCountsWhereNothingWasLeftOut() {
        List<Hit> hits =
                DistinctHits.of(
                        List.of(List.of(hit("x", 5, 1), hit("y", 1, 2)), List.of(hit("x", 9, 7))),
                        10);
        assertThat(ids(hits)).containsExactly("y", "x");
        assertThat(hits.get(1).score()).isEqualTo(7);
    }

    /** Without x, the first share would have shown what is nearer than z. */
    @Test
    void olderVersionStaysWhereItDisplacedOthers() {
        List<Hit> first = List.of(hit("y", 1, 1), hit("x", 5, 2));
        List<Hit> second = List.of(hit("x", 9, 7), hit("z", 1, 9));
        assertThat(ids(DistinctHits.of(List.of(first, second), 2))).startsWith("y", "x");
        assertThat(DistinctHits.of(List.of(first, second), 2).get(1).score()).isEqualTo(2);
    }

    @Test
    void equalScoresAreInTheOrderOfIds() {
        List<Hit> hits =
                DistinctHits.of(List.of(List.of(hit("b", 1, 1)), List.of(hit("a", 1, 1))), 1);
        assertThat(ids(hits)).containsExactly("a", "b");
    }

    /**
     * Records change places and distances while the shares of one answer are made one after the
     * other: the answer must be that of brute force for some version of each record that was
     * current meanwhile.
     */
    @Test
    void nothingNearerIsMissingWhateverMoves() {
        Property.holds(5_000, DistinctHitsTest::whateverMoves);
    }

    /** A record at a moment: in which share it lies, and how far away. */
    private record Place(int share, double score) {}

    private static void whateverMoves(SplittableRandom random) {
        int shares = random.nextInt(2, 4);
        List<Map<String, Place>> moments = moments(random, shares);
        int first = random.nextInt(MOMENTS);
        int last = first;
        List<List<Hit>> made = new ArrayList<>();
        for (int share = 0; share < shares; share++) {
            int moment = random.nextInt(first, MOMENTS);
            last = Math.max(last, moment);
            made.add(share(moments, share, moment));
        }
        List<Hit> hits = DistinctHits.of(made, K).stream().limit(K).toList();
        double farthest = hits.size() < K ? Double.MAX_VALUE : hits.get(K - 1).score();
        List<Map<String, Place>> meanwhile = moments.subList(0, last + 1);
        for (int id = 0; id < IDS; id++) {
            String name = "r" + id;
            if (!ids(hits).contains(name)) {
                assertThat(meanwhile)
                        .as("%s is missing in %s", name, hits)
                        .anyMatch(places -> places.get(name).score() >= farthest);
            }
        }
        assertThat(ids(hits)).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(1);
    }

    /** All records at each moment; from one to the next some go elsewhere. */
    private static List<Map<String, Place>> moments(SplittableRandom random, int shares) {
        List<Map<String, Place>> moments = new ArrayList<>();
        for (int moment = 0; moment < MOMENTS; moment++) {
            Map<String, Place> now =
                    new HashMap<>(moment == 0 ? Map.of() : moments.get(moment - 1));
            for (int id = 0; id < IDS; id++) {
                if (moment == 0 || random.nextInt(6) == 0) {
                    now.put("r" + id, new Place(random.nextInt(shares), random.nextInt(100)));
                }
            }
            moments.add(now);
        }
        return moments;
    }

    /** The nearest in a share at a moment; versions are moments of the last change. */
    private static List<Hit> share(List<Map<String, Place>> moments, int share, int moment) {
        List<Hit> hits = new ArrayList<>();
        moments.get(moment)
                .forEach(
                        (id, place) -> {
                            // A bucket that a record has left holds its newest version.
                            boolean left =
                                    moments.subList(0, moment).stream()
                                            .anyMatch(then -> then.get(id).share() == share);
                            if (place.share() == share || left) {
                                hits.add(hit(id, changed(moments, id, moment), place.score()));
                            }
                        });
        hits.sort(
                Comparator.comparingDouble(Hit::score)
                        .thenComparing(hit -> EntryRow.id(hit.row(), 0)));
        return hits.stream().limit(K).toList();
    }

    private static int changed(List<Map<String, Place>> moments, String id, int moment) {
        int since = moment;
        while (since > 0 && moments.get(since - 1).get(id).equals(moments.get(moment).get(id))) {
            since--;
        }
        return since + 1;
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(hit -> EntryRow.id(hit.row(), 0)).toList();
    }
}
