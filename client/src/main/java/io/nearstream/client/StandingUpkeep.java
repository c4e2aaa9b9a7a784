package io.nearstream.client;

import io.nearstream.core.model.Reason;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.schemas.StandingRegistration;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which queries of a watch are to be registered again: for a snapshot where the answer is not
 * known, and for another lease where that is wanted, also where there was no room. Both as the
 * topic has them, so many at a time; leases that are over soonest come first. Not thread-safe.
 */
final class StandingUpkeep {
    /** So many are appended in a turn, so that the watch goes on reading meanwhile. */
    static final int TURN_MAX = 1_000;

    /** After so long of refusals for want of room the next one is final. */
    static final long WITHOUT_ROOM_MS_MAX = 30 * 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(StandingUpkeep.class);
    private static final long EVERY_MS = 1_000;

    /** A renewal that is not seen is repeated some times before the lease is over. */
    private static final int RENEWAL_WAITS = 8;

    private final StandingDefinitions definitions;
    private final Optional<Duration> renewal;
    private final Clock clock;
    private final Asks snapshots = new Asks(Asks.FIRST_WAIT_MS);
    private final Asks renewals;

    /** By query, since when there is no room for it. */
    private final Map<QueryName, Long> withoutRoom = new HashMap<>();

    private long next;

    StandingUpkeep(StandingWatchOptions options) {
        this.definitions = new StandingDefinitions(options.subscriber(), options.only());
        this.renewal = options.renewal();
        this.clock = options.clock();
        this.renewals =
                new Asks(
                        renewal.map(lease -> lease.toMillis() / RENEWAL_WAITS)
                                .filter(wait -> wait < Asks.FIRST_WAIT_MS)
                                .orElse(Asks.FIRST_WAIT_MS));
    }

    /**
     * A record of the registrations' topic.
     *
     * @param isNew whether its answer is still to be told
     */
    void registered(ConsumerRecord<byte[], byte[]> record, boolean isNew) {
        Optional<StandingDefinitions.Definition> taken = definitions.take(record);
        if (isNew) {
            taken.ifPresent(definition -> snapshots.expect(definition.name(), clock.millis()));
        }
    }

    /**
     * A difference came.
     *
     * @return whether it is a refusal behind which the query is registered again: its answer is not
     *     known, so it is asked for, later each time, and its lease is renewed
     */
    boolean told(Difference difference) {
        QueryName query = difference.query();
        switch (difference.kind()) {
            case REFUSED -> {
                if (mayFindRoomLater(difference)) {
                    return true;
                }
                definitions.refused(query, difference.registered());
                withoutRoom.remove(query);
            }
            case ENDED -> definitions.ended(query, difference.cause().time());
            case SNAPSHOT, RENEWED -> withoutRoom.remove(query);
            default -> {} // says nothing of registrations
        }
        return false;
    }

    /** Who only follows does not ask again for what others registered in vain. */
    private boolean mayFindRoomLater(Difference refusal) {
        return renewal.isPresent()
                && refusal.reason().equals(Reason.TOO_MANY_PENDING.name())
                && definitions.isNewest(refusal.query(), refusal.registered())
                && isRecent(withoutRoom.computeIfAbsent(refusal.query(), first -> clock.millis()));
    }

    private boolean isRecent(long since) {
        return clock.millis() - since < WITHOUT_ROOM_MS_MAX;
    }

    /** Queries whose leases are not over, by id. */
    List<StandingInfo> registered() {
        return definitions.live(clock.millis()).stream()
                .map(StandingDefinitions.Definition::info)
                .toList();
    }

    /**
     * What is to be appended, looked for once a second; it is due again where that fails.
     *
     * @param caughtUp whether all differences were taken that there were: before, an answer that is
     *     not known may be on its way, and only leases are seen to
     */
    List<StandingRegistration> due(StandingAnswers answers, boolean caughtUp) {
        long now = clock.millis();
        if (now < next && now >= next - EVERY_MS) { // a clock may be set back
            return List.of();
        }
        next = now + EVERY_MS;
        List<StandingDefinitions.Definition> renewing = new ArrayList<>();
        List<StandingDefinitions.Definition> others = new ArrayList<>();
        Set<QueryName> names = new HashSet<>();
        for (StandingDefinitions.Definition definition : definitions.live(now)) {
            QueryName name = definition.name();
            names.add(name);
            if (answers.isKnown(name)) {
                snapshots.forget(name);
            }
            if (renewal.isPresent() && definition.until() - now < renewal.get().toMillis() / 2) {
                renewing.add(definition);
            } else {
                renewals.forget(name);
                others.add(definition);
            }
        }
        snapshots.retain(names);
        renewals.retain(names);
        withoutRoom.keySet().retainAll(names);
        renewing.sort(Comparator.comparingLong(StandingDefinitions.Definition::until));
        List<StandingRegistration> due = new ArrayList<>();
        for (StandingDefinitions.Definition definition : renewing) {
            add(due, definition, true, caughtUp && !answers.isKnown(definition.name()), now);
        }
        for (StandingDefinitions.Definition definition : others) {
            add(due, definition, false, caughtUp && !answers.isKnown(definition.name()), now);
        }
        if (due.size() == TURN_MAX) {
            LOG.info("{} standing queries are registered again, others later.", TURN_MAX);
        }
        return due;
    }

    private void add(
            List<StandingRegistration> due,
            StandingDefinitions.Definition definition,
            boolean renews,
            boolean unknown,
            long now) {
        if (due.size() == TURN_MAX) {
            return;
        }
        boolean renewsNow = renews && renewals.isDue(definition.name(), now);
        boolean asksNow = unknown && snapshots.isDue(definition.name(), now);
        if (renewsNow || asksNow) {
            due.add(
                    StandingRegistration.newBuilder(definition.registration())
                            .setLeaseMs(
                                    renewsNow
                                            ? renewal.orElseThrow().toMillis()
                                            : definition.until() - now)
                            .setSnapshot(asksNow)
                            .build());
        }
    }
}
