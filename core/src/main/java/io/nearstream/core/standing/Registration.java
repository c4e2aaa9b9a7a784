package io.nearstream.core.standing;

import io.nearstream.core.model.Version;
import java.util.Optional;

/**
 * What a subscriber wants of a query, as it stands on the topic.
 *
 * @param name which
 * @param stamp append time, partition and offset on the topic
 * @param query what is asked from now on; absent: the query is dropped, or this is refused
 * @param leaseMs how long, from the append time on
 * @param snapshot whether a renewal is answered with the whole answer
 * @param refusal why it is not accepted, where it is not; then nothing changes
 */
public record Registration(
        QueryName name,
        Version stamp,
        Optional<StandingQuery> query,
        long leaseMs,
        boolean snapshot,
        Optional<Refusal> refusal) {
    /**
     * Why a registration is not accepted.
     *
     * @param reason a code
     * @param message names the field, the limit and the value
     */
    public record Refusal(String reason, String message) {}

    /** Registers, renews or replaces. */
    public static Registration of(
            QueryName name, Version stamp, StandingQuery query, long leaseMs, boolean snapshot) {
        return new Registration(
                name, stamp, Optional.of(query), leaseMs, snapshot, Optional.empty());
    }

    /** Drops. */
    public static Registration drop(QueryName name, Version stamp) {
        return new Registration(name, stamp, Optional.empty(), 0, false, Optional.empty());
    }

    /** Is none. */
    public static Registration refused(
            QueryName name, Version stamp, String reason, String message) {
        return new Registration(
                name, stamp, Optional.empty(), 0, false, Optional.of(new Refusal(reason, message)));
    }
}
