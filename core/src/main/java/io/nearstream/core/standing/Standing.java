package io.nearstream.core.standing;

import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;

/** A query that stands, as it is now. Belongs to one thread. */
final class Standing {
    /** Of a query that is not limited. */
    static final long NOT_LIMITED = Long.MIN_VALUE;

    private final QueryName name;
    private final String key;
    private final StandingQuery query;
    private final Version registered;
    private final int[] cells;
    private final VectorSpace.Query prepared;
    private final Known known;

    /** Of a query of which nothing was told yet. */
    static final long NO_WINDOW = Long.MIN_VALUE;

    /** The newest registration. */
    Version stamp;

    long leaseEnd;
    long sequence;
    long windowStart = NO_WINDOW;
    int windowCount;
    long limitedUntil = NOT_LIMITED;

    Standing(QueryName name, StandingQuery query, Version registered, RecordTable records) {
        this.name = name;
        this.key = name.key();
        this.query = query;
        this.registered = registered;
        this.stamp = registered;
        VectorSpace space = records.space();
        this.prepared = space.query(query.vector());
        this.cells = records.routing().nearest(query.vector(), query.cells());
        this.known =
                query.isRange()
                        ? Known.within(space.score(query.radius()), query.limit(), records)
                        : Known.nearest(query.limit(), records);
    }

    QueryName name() {
        return name;
    }

    /** The key of the name. */
    String key() {
        return key;
    }

    StandingQuery query() {
        return query;
    }

    Version registered() {
        return registered;
    }

    int[] cells() {
        return cells;
    }

    VectorSpace.Query prepared() {
        return prepared;
    }

    Known known() {
        return known;
    }

    boolean isLimited() {
        return limitedUntil != NOT_LIMITED;
    }
}
