package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.query.merge.MergeHarness.KEY;
import static io.nearstream.jobs.query.merge.MergeHarness.search;
import static io.nearstream.jobs.query.merge.MergeHarness.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class MergeOrderTest {
    private static final int SUBTASKS = 4;
    private static final int LIMIT = 10;

    private record Entry(String id, long version, double score) {}

    /**
     * Whatever the order and the repeats: the nearest of each id's newest version. No share is full
     * here; of those that are, see {@link DistinctHitsTest}.
     */
    @Test
    void answerDoesNotDependOnTheOrderOfShares() {
        Property.holds(
                50,
                random -> {
                    List<Entry> entries = entries(random);
                    List<Partial> shares = shares(random, entries);
                    List<Partial> arriving = new ArrayList<>(shares);
                    for (int i = random.nextInt(4); i > 0; i--) {
                        arriving.add(shares.get(random.nextInt(SUBTASKS)));
                    }
                    Collections.shuffle(arriving, new Random(random.nextLong()));
                    int headerAt = random.nextInt(SUBTASKS);
                    List<ProbeResult> answers = new ArrayList<>();
                    try (MergeHarness merge = new MergeHarness()) {
                        for (int i = 0; i < arriving.size(); i++) {
                            if (i == headerAt) {
                                merge.header(search(KEY, SUBTASKS));
                            }
                            merge.share(arriving.get(i));
                            answers.addAll(merge.answers());
                        }
                    }
                    assertThat(answers).hasSize(1);
                    assertThat(answers.get(0).getAnswers().get(0).getHits())
                            .extracting(hit -> hit.getId() + "@" + hit.getVersionTime())
                            .containsExactlyElementsOf(expected(entries));
                });
    }

    /** A few ids in several versions; the score is a whole number, so that some are equal. */
    private static List<Entry> entries(SplittableRandom random) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            int id = random.nextInt(20);
            long version = 1 + random.nextInt(5);
            double score = (31 * id + 17 * version) % 7;
            entries.add(new Entry("id" + id, version, score));
        }
        return entries;
    }

    private static List<Partial> shares(SplittableRandom random, List<Entry> entries) {
        List<List<Hit>> hits = new ArrayList<>();
        for (int i = 0; i < SUBTASKS; i++) {
            hits.add(new ArrayList<>());
        }
        for (Entry entry : entries) {
            List<List<Hit>> open = hits.stream().filter(of -> of.size() < LIMIT - 1).toList();
            open.get(random.nextInt(open.size()))
                    .add(MergeHarness.hit(entry.id(), entry.version(), entry.score()));
        }
        List<Partial> shares = new ArrayList<>();
        for (int i = 0; i < SUBTASKS; i++) {
            shares.add(share(KEY, i, i, hits.get(i).toArray(Hit[]::new)));
        }
        return shares;
    }

    private static List<String> expected(List<Entry> entries) {
        Map<String, Entry> newest = new HashMap<>();
        for (Entry entry : entries) {
            newest.merge(entry.id(), entry, (a, b) -> a.version() >= b.version() ? a : b);
        }
        return newest.values().stream()
                .sorted(Comparator.comparingDouble(Entry::score).thenComparing(Entry::id))
                .limit(LIMIT)
                .map(entry -> entry.id() + "@" + entry.version())
                .toList();
    }
}
