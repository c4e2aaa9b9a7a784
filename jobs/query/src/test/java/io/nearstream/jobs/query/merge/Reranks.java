package io.nearstream.jobs.query.merge;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.message.RerankPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Answers of one probe whose candidates are to be scored again. */
final class Reranks {
    static final ProbeKey KEY = new ProbeKey(1, 7);
    static final long DEADLINE = 1_000;
    static final RecordCheck CHECK =
            new RecordCheck(0, LabelFilter.NONE, false, List.of(new byte[] {0}));

    private Reranks() {}

    static byte[] row(String id, long time, boolean coded) {
        byte[] whole =
                EntryRow.put(
                        id,
                        new Version(time, 0, 0),
                        1,
                        IndexChange.NEVER,
                        List.of(),
                        false,
                        new byte[] {1});
        byte[] row = coded ? EntryRow.coded(whole, new byte[] {2}) : whole;
        return EntryRow.forAnswer(row, 0, 1, false);
    }

    static Hit coded(String id, double estimate) {
        return new Hit(estimate, row(id, 1, true));
    }

    static Hit whole(String id, double score) {
        return new Hit(score, row(id, 1, false));
    }

    static ProbeHeader header(int limit, int candidates, double radius) {
        return header(KEY, limit, candidates, radius, 1);
    }

    private static ProbeHeader header(
            ProbeKey key, int limit, int candidates, double radius, long slots) {
        boolean range = !Double.isNaN(radius);
        return new ProbeHeader(
                key,
                "p",
                0,
                9,
                Metric.COSINE,
                1,
                1,
                limit,
                range,
                false,
                false,
                false,
                new long[] {slots},
                1,
                0,
                DEADLINE,
                Optional.of(new RerankPlan(candidates, radius, CHECK)));
    }

    static Optional<OpenRerank> opened(int limit, int candidates, double radius, Hit... hits) {
        return opened(KEY, limit, candidates, radius, hits);
    }

    static Optional<OpenRerank> opened(
            ProbeKey key, int limit, int candidates, double radius, Hit... hits) {
        PendingAnswer pending = new PendingAnswer(key, 0);
        pending.header(header(key, limit, candidates, radius, 1));
        List<PartAnswer> answers = List.of(new PartAnswer(0, Arrays.asList(hits)));
        pending.add(new Partial(key, 0, 0, 2, 5, 0, 0, 3, answers));
        return Reranking.open(pending, 0);
    }

    /** Ten nearest at the deadline, when one of two shares was there. */
    static OpenRerank missingShare(Hit... hits) {
        PendingAnswer pending = new PendingAnswer(KEY, 0);
        pending.header(header(KEY, 10, 10, Double.NaN, 3));
        List<PartAnswer> answers = List.of(new PartAnswer(0, Arrays.asList(hits)));
        pending.add(new Partial(KEY, 0, 0, 2, 5, 0, 0, 3, answers));
        return Reranking.open(pending, 0).orElseThrow();
    }
}
