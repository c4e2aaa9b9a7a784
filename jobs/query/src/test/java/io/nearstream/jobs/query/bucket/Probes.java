package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import java.util.ArrayList;
import java.util.List;

/** Builds messages to bucket subtasks. Not thread-safe. */
final class Probes {
    private final long uid;
    private ProbeKey key = new ProbeKey(0, 1);
    private int target;
    private int generation;
    private boolean unsettled;
    private Effort effort = new Effort(1, 0, true);
    private long appendTime;
    private long atLeast = Long.MIN_VALUE;
    private long deadlineAt = Long.MAX_VALUE;
    private int limit = 10;
    private double radiusScore = Double.NaN;
    private LabelFilter filter = LabelFilter.NONE;
    private boolean withVectors;
    private final List<QueryPart> queries = new ArrayList<>();

    private Probes(long uid) {
        this.uid = uid;
    }

    /** An exhaustive search for the 10 nearest of one vector. */
    static Probes exhaustive(long uid, byte[]... vectors) {
        Probes probe = new Probes(uid);
        for (byte[] vector : vectors) {
            probe.queries.add(new QueryPart(probe.queries.size(), vector, new int[0]));
        }
        return probe;
    }

    /** A search of named buckets, as a router of a generation sends it. */
    static Probes routed(long uid, int generation, byte[] vector, int... buckets) {
        Probes probe = new Probes(uid);
        probe.generation = generation;
        probe.effort = new Effort(0.9, Math.max(1, buckets.length), false);
        probe.queries.add(new QueryPart(0, vector, buckets));
        return probe;
    }

    Probes key(ProbeKey value) {
        key = value;
        return this;
    }

    Probes target(int value) {
        target = value;
        return this;
    }

    Probes unsettled() {
        unsettled = true;
        return this;
    }

    Probes appendTime(long value) {
        appendTime = value;
        return this;
    }

    Probes deadlineAt(long value) {
        deadlineAt = value;
        return this;
    }

    Probes atLeast(long value) {
        atLeast = value;
        return this;
    }

    Probes limit(int value) {
        limit = value;
        return this;
    }

    Probes radiusScore(double value) {
        radiusScore = value;
        return this;
    }

    Probes effort(Effort value) {
        effort = value;
        return this;
    }

    Probes filter(LabelFilter value) {
        filter = value;
        return this;
    }

    Probes withVectors() {
        withVectors = true;
        return this;
    }

    ProbeMessage build() {
        return new ProbeMessage(
                target,
                key,
                uid,
                generation,
                unsettled,
                effort,
                appendTime,
                atLeast,
                deadlineAt,
                limit,
                radiusScore,
                filter,
                withVectors,
                List.copyOf(queries));
    }
}
