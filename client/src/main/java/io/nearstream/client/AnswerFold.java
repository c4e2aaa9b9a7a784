package io.nearstream.client;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import java.util.ArrayList;
import java.util.List;

/**
 * The differences of one query, folded. A snapshot is always believed; what else is told only
 * counts where it follows what was told before, by its registration and its sequence number, and
 * fits the answer. Otherwise nothing is known until a snapshot comes. Not thread-safe.
 */
final class AnswerFold {
    private final QueryName query;
    private final List<Difference.Hit> hits = new ArrayList<>();
    private StandingAnswer.Status status = StandingAnswer.Status.UNKNOWN;
    private boolean truncated;
    private Version registered = Version.NONE;
    private Version asOf = Version.NONE;
    private long sequence;
    private long leaseEnd;

    AnswerFold(QueryName query) {
        this.query = query;
    }

    /** Takes what is told, which is no refusal: that is told of no query. */
    void take(Difference difference) {
        boolean follows =
                difference.registered().equals(registered) && difference.sequence() == sequence + 1;
        registered = difference.registered();
        sequence = difference.sequence();
        asOf = difference.cause();
        switch (difference.kind()) {
            case SNAPSHOT -> {
                hits.clear();
                truncated = difference.truncated();
                leaseEnd = difference.until();
                status = StandingAnswer.Status.CURRENT;
                if (!insert(difference.added())) {
                    lose();
                }
            }
            case ENDED -> {
                clear();
                status = StandingAnswer.Status.ENDED;
            }
            case CHANGE -> change(difference, follows);
            case RENEWED -> {
                leaseEnd = difference.until();
                if (!follows) {
                    lose();
                }
            }
            case LIMITED -> {
                if (follows && status == StandingAnswer.Status.CURRENT) {
                    status = StandingAnswer.Status.LIMITED;
                } else {
                    lose();
                }
            }
            case REFUSED -> throw new IllegalArgumentException("Of no query: " + difference);
            default -> throw new IllegalArgumentException("Unknown: " + difference);
        }
    }

    private void change(Difference difference, boolean follows) {
        boolean fits = follows && status == StandingAnswer.Status.CURRENT;
        for (int i = 0; fits && i < difference.removed().size(); i++) {
            String id = difference.removed().get(i);
            fits = hits.removeIf(hit -> hit.id().equals(id));
        }
        truncated = difference.truncated();
        if (!fits || !insert(difference.added())) {
            lose();
        }
    }

    /** Puts each at its rank; false where one does not fit. */
    private boolean insert(List<Difference.Hit> added) {
        for (Difference.Hit hit : added) {
            boolean there = hits.stream().anyMatch(each -> each.id().equals(hit.id()));
            if (there || hit.rank() < 0 || hit.rank() > hits.size()) {
                return false;
            }
            hits.add(hit.rank(), hit);
        }
        return true;
    }

    private void clear() {
        hits.clear();
        truncated = false;
    }

    private void lose() {
        clear();
        status = StandingAnswer.Status.UNKNOWN;
    }

    /** Whether the answer is known, or a snapshot comes by itself. */
    boolean isKnown() {
        return status == StandingAnswer.Status.CURRENT || status == StandingAnswer.Status.LIMITED;
    }

    StandingAnswer answer() {
        List<Difference.Hit> ranked = new ArrayList<>(hits.size());
        for (Difference.Hit hit : hits) {
            int rank = ranked.size();
            ranked.add(
                    hit.rank() == rank
                            ? hit
                            : new Difference.Hit(hit.id(), hit.distance(), hit.version(), rank));
        }
        return new StandingAnswer(
                query, status, ranked, truncated, registered, sequence, asOf, leaseEnd);
    }
}
