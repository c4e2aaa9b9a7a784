package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What has arrived of one answer, in any order: the header and shares. Not thread-safe.
 *
 * <p>An answer that went out at its deadline stays known until its last shares have come, so that
 * they do not look like those of a new probe.
 */
final class PendingAnswer implements Pending<PendingAnswer> {
    private final ProbeKey key;
    private final long since;
    private final List<Partial> partials = new ArrayList<>();
    private final BitSet covered = new BitSet();
    private Optional<ProbeHeader> header = Optional.empty();
    private boolean answered;

    PendingAnswer(ProbeKey key, long since) {
        this.key = key;
        this.since = since;
    }

    @Override
    public PendingAnswer copy() {
        PendingAnswer copy = new PendingAnswer(key, since);
        copy.partials.addAll(partials);
        copy.covered.or(covered);
        copy.header = header;
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

    /** Where candidates are to be scored again, some of the time is left for that. */
    @Override
    public OptionalLong dueAt() {
        return header.map(head -> OptionalLong.of(Reranking.sharesDueAt(head)))
                .orElse(OptionalLong.empty());
    }

    Optional<ProbeHeader> header() {
        return header;
    }

    List<Partial> partials() {
        return partials;
    }

    @Override
    public boolean answered() {
        return answered;
    }

    void header(ProbeHeader value) {
        header = Optional.of(value);
    }

    /** Takes a share; one that covers nothing new is a repeat and is left out. */
    void add(Partial partial) {
        int next = covered.nextClearBit(partial.fromSlot());
        if (next > partial.toSlot()) {
            return;
        }
        covered.set(partial.fromSlot(), partial.toSlot() + 1);
        if (!answered) {
            partials.add(partial);
        }
    }

    /** What comes later only counts. */
    @Override
    public void markAnswered() {
        answered = true;
        header = header.map(ProbeHeader::withoutQueries);
        partials.clear();
    }

    /** Every slot is covered. */
    @Override
    public boolean complete() {
        return header.isPresent() && missing() == 0;
    }

    /** Slots that no share covers yet. */
    int missing() {
        BitSet open = header.map(head -> BitSet.valueOf(head.slots())).orElse(new BitSet());
        open.andNot(covered);
        return open.cardinality();
    }

    /** The hits of each share, by query vector. */
    Map<Integer, List<List<Hit>>> shares() {
        Map<Integer, List<List<Hit>>> shares = new TreeMap<>();
        for (Partial partial : partials) {
            for (PartAnswer answer : partial.answers()) {
                shares.computeIfAbsent(answer.ordinal(), ordinal -> new ArrayList<>())
                        .add(answer.hits());
            }
        }
        return shares;
    }

    /** All hits of all shares. */
    Stream<Hit> hits() {
        return partials.stream()
                .flatMap(partial -> partial.answers().stream())
                .flatMap(answer -> answer.hits().stream());
    }
}
