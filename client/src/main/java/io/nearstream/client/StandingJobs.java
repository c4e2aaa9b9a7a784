package io.nearstream.client;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.schemas.StandingDifference;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which collections have a job that keeps their standing queries: asks by registrations that every
 * such job refuses at once. For one question; not thread-safe.
 */
final class StandingJobs {
    private final Map<Version, CollectionSettings> asked = new HashMap<>();
    private final Map<String, NearstreamException> absent = new TreeMap<>();

    private StandingJobs() {}

    /**
     * Asks for all and waits for the answers together.
     *
     * @param subscriber whom the jobs answer
     * @param ask appends the registration for a collection; its stamp
     * @param replies opened before
     * @return by name those without a job that knows them, and what to do
     */
    static Map<String, NearstreamException> absent(
            Collection<CollectionSettings> collections,
            String subscriber,
            Function<CollectionSettings, Version> ask,
            StandingReplies replies,
            Duration patience) {
        StandingJobs jobs = new StandingJobs();
        for (CollectionSettings collection : collections) {
            jobs.asked.put(ask.apply(collection), collection);
        }
        if (!jobs.asked.isEmpty()) {
            replies.await(subscriber, jobs::isLast, patience);
        }
        jobs.asked
                .values()
                .forEach(silent -> jobs.absent.put(silent.name(), none(silent, patience)));
        return jobs.absent;
    }

    /** Takes an answer; whether no other is waited for. */
    private boolean isLast(StandingDifference told) {
        CollectionSettings collection = asked.remove(KeyValueWire.version(told.getRegistered()));
        if (collection != null && told.getCollectionUid() != collection.uid()) {
            absent.put(collection.name(), former(collection));
        }
        return asked.isEmpty();
    }

    private static NearstreamException none(CollectionSettings collection, Duration patience) {
        return new NearstreamException(
                "No job keeps standing queries of collection '%s': none answered within %d ms. Start one ('standing start'), or wait until it runs again."
                        .formatted(collection.name(), patience.toMillis()));
    }

    private static NearstreamException former(CollectionSettings collection) {
        return new NearstreamException(
                "The job that keeps standing queries of '%s' knows a former collection of that name. Cancel it, and start one anew, from nothing."
                        .formatted(collection.name()));
    }
}
