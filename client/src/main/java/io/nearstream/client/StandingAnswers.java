package io.nearstream.client;

import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folds the differences of standing queries into their answers, without Kafka: each query's as of
 * its newest difference. Sequence numbers are checked. After a gap, or a step back as uncommitted
 * readers see one after a failure of the job, the answer is {@link StandingAnswer.Status#UNKNOWN}
 * until a snapshot comes; whoever reads has to ask for one ({@link StandingQueries#refresh}), which
 * {@link StandingWatch} does. Queries that end are forgotten. Not thread-safe.
 */
public final class StandingAnswers {
    private final Map<QueryName, AnswerFold> folds = new HashMap<>();

    /** Takes the next difference, in the order of the topic's partition. */
    public StandingUpdate take(Difference difference) {
        QueryName query = difference.query();
        if (difference.kind() == Difference.Kind.REFUSED) {
            return new StandingUpdate(
                    difference, answer(query).orElseGet(() -> new AnswerFold(query).answer()));
        }
        AnswerFold fold = folds.computeIfAbsent(query, AnswerFold::new);
        fold.take(difference);
        if (difference.kind() == Difference.Kind.ENDED) {
            folds.remove(query);
        }
        return new StandingUpdate(difference, fold.answer());
    }

    /** What is known of a query; empty where nothing was told of it, or that it is over. */
    public Optional<StandingAnswer> answer(QueryName query) {
        return Optional.ofNullable(folds.get(query)).map(AnswerFold::answer);
    }

    /** Whether the answer is known, or comes by itself. */
    boolean isKnown(QueryName query) {
        AnswerFold fold = folds.get(query);
        return fold != null && fold.isKnown();
    }

    /** What is known of all of them, in no order. */
    public List<StandingAnswer> all() {
        return folds.values().stream().map(AnswerFold::answer).toList();
    }
}
