package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has arrived of one answer, in any order: the header and shares. Not thread-safe.
 *
 * <p>An answer that went out at its deadline stays known until its last shares have come, so that
 * they do not look like those of a new probe.
 */
final class PendingAnswer {
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

    /** A copy that later shares do not change. */
    PendingAnswer copy() {
        PendingAnswer copy = new PendingAnswer(key, since);
        copy.partials.addAll(partials);
        copy.covered.or(covered);
        copy.header = header;
        copy.answered = answered;
        return copy;
    }

    /** Whether somebody waits for it. */
    boolean open() {
        return header.isPresent() && !answered;
    }

    ProbeKey key() {
        return key;
    }

    /** Wall clock at which it was first heard of, milliseconds since 1970. */
    long since() {
        return since;
    }

    Optional<ProbeHeader> header() {
        return header;
    }

    List<Partial> partials() {
        return partials;
    }

    boolean answered() {
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

    /** The answer went out; what comes later only counts. */
    void markAnswered() {
        answered = true;
        partials.clear();
    }

    /** Whether every slot is covered. */
    boolean complete() {
        return header.isPresent() && missing() == 0;
    }

    /** Slots that no share covers yet. */
    int missing() {
        BitSet open = header.map(head -> BitSet.valueOf(head.slots())).orElse(new BitSet());
        open.andNot(covered);
        return open.cardinality();
    }

    /** The hits of all shares, by query vector. */
    Map<Integer, List<Hit>> hits() {
        Map<Integer, List<Hit>> hits = new HashMap<>();
        for (Partial partial : partials) {
            for (PartAnswer answer : partial.answers()) {
                hits.computeIfAbsent(answer.ordinal(), ordinal -> new ArrayList<>())
                        .addAll(answer.hits());
            }
        }
        return hits;
    }
}
