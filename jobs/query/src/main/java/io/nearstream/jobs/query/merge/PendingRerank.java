package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.rerank.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What has arrived of an answer whose candidates are scored again, in any order. Not thread-safe.
 */
final class PendingRerank implements Pending<PendingRerank> {
    private final ProbeKey key;
    private final long since;
    private final List<Scored> scored = new ArrayList<>();
    private Optional<OpenRerank> open = Optional.empty();
    private boolean answered;

    PendingRerank(ProbeKey key, long since) {
        this.key = key;
        this.since = since;
    }

    @Override
    public PendingRerank copy() {
        PendingRerank copy = new PendingRerank(key, since);
        copy.scored.addAll(scored);
        copy.open = open;
        copy.answered = answered;
        return copy;
    }

    @Override
    public ProbeKey key() {
        return key;
    }

    @Override
    public long since() {
        return since;
    }

    @Override
    public OptionalLong dueAt() {
        return open.map(value -> OptionalLong.of(value.header().deadlineAt()))
                .orElse(OptionalLong.empty());
    }

    Optional<OpenRerank> open() {
        return open;
    }

    List<Scored> scored() {
        return scored;
    }

    void open(OpenRerank value) {
        open = Optional.of(value);
    }

    void add(List<Scored> more) {
        if (!answered) {
            scored.addAll(more);
        }
    }

    /** All that was asked for has arrived. */
    @Override
    public boolean complete() {
        return open.isPresent() && missing() == 0;
    }

    /** Candidates of which nothing has been heard. */
    int missing() {
        return open.map(value -> value.asked() - scored.size()).orElse(0);
    }

    @Override
    public boolean answered() {
        return answered;
    }

    @Override
    public void markAnswered() {
        answered = true;
        open = Optional.empty(); // many wait at once exactly when the job is behind
        scored.clear();
    }
}
