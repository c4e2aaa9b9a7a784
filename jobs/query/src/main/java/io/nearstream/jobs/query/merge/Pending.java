package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.query.message.ProbeKey;
import java.util.OptionalLong;

/**
 * What has arrived of one answer, in any order.
 *
 * @param <P> the kind itself
 */
interface Pending<P extends Pending<P>> {
    ProbeKey key();

    /** Wall clock at which it was first heard of, milliseconds since 1970. */
    long since();

    /**
     * Wall clock at which the answer goes out as it stands, milliseconds since 1970; empty as long
     * as it is not known what was asked.
     */
    OptionalLong dueAt();

    /** Whether all has arrived. */
    boolean complete();

    /** Whether the answer went out at its deadline. */
    boolean answered();

    /** The answer went out at its deadline; what comes later is dropped. */
    void markAnswered();

    /** A copy that what comes later does not change. */
    P copy();
}
