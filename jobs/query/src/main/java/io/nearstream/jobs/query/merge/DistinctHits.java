package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What all shares found for one query vector, each id once. Pure.
 *
 * <p>Shares are made at different query times, so two of them may show a record at different
 * versions. The newest counts, but for one case: a share that is full shows an older version, and a
 * nearer one. What that hit displaced from the share is in no share at all, so to let it go would
 * leave a hole among the nearest. Then the nearest of those that full shares show counts. So each
 * full share has as many records as are asked for, none of them farther than its last hit, and
 * nothing that it left out is missing: the answer is that of brute force for some version of each
 * record that was current when a share was made.
 */
final class DistinctHits {
    /** Nearest first; equal distances by id, so that an answer has one order. */
    private static final Comparator<Found> ORDER =
            Comparator.comparingDouble((Found found) -> found.hit.score())
                    .thenComparing(found -> found.id);

    private DistinctHits() {}

    private record Found(Hit hit, String id) {}

    /**
     * The hits, nearest first.
     *
     * @param shares the hits of each
     * @param full hits of a share that may have left out others
     */
    static List<Hit> of(List<List<Hit>> shares, int full) {
        Map<String, Found> distinct = new HashMap<>();
        for (List<Hit> share : shares) {
            for (Hit hit : share) {
                Found found = new Found(hit, EntryRow.id(hit.row(), 0));
                distinct.merge(found.id, found, DistinctHits::newer);
            }
        }
        for (List<Hit> share : shares) {
            if (share.size() >= full) {
                for (Hit hit : share) {
                    String id = EntryRow.id(hit.row(), 0);
                    if (hit.score() < distinct.get(id).hit.score()) {
                        distinct.put(id, new Found(hit, id));
                    }
                }
            }
        }
        List<Found> hits = new ArrayList<>(distinct.values());
        hits.sort(ORDER);
        return hits.stream().map(Found::hit).toList();
    }

    private static Found newer(Found known, Found other) {
        return EntryRow.version(other.hit.row(), 0)
                        .isNewerThan(EntryRow.version(known.hit.row(), 0))
                ? other
                : known;
    }
}
