package io.nearstream.embedded;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.StandingQueries;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends writes and registrations, and knows what was sent, and as what it stands. */
final class StandingSent {
    /** Of queries that do not end by themselves. */
    static final Duration LONG = Duration.ofHours(1);

    private static final long DEADLINE_S = 60;

    private record Written(CompletableFuture<WriteReceipt> receipt, Duration ttl) {}

    /** A registration; one without a query drops. */
    record Asked(
            QueryName name,
            Optional<StandingQuery> query,
            Duration lease,
            boolean snapshot,
            boolean refused,
            CompletableFuture<WriteReceipt> receipt) {
        boolean isLong() {
            return lease.equals(LONG);
        }
    }

    private final NearstreamClient client;
    private final StandingQueries standing;
    private final CollectionSettings collection;
    private final List<Written> written = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();

    StandingSent(NearstreamClient client, CollectionSettings collection) {
        this.client = client;
        this.standing = client.standingQueries();
        this.collection = collection;
    }

    void upsert(VectorUpsert record) {
        written.add(
                new Written(client.writer().upsert(record), record.ttl().orElse(Duration.ZERO)));
    }

    void delete(String id) {
        written.add(new Written(client.writer().delete(collection.name(), id), Duration.ZERO));
    }

    /** Begins, renews or replaces. */
    Asked register(QueryName name, StandingQuery query, Duration lease, boolean snapshot) {
        return send(name, query, lease, snapshot, false);
    }

    /** A vector that is too long: the query of the name stays as it is. */
    void refused(QueryName name) {
        StandingQuery wrong =
                new StandingQuery(
                        new byte[collection.vectorBytes() + 1],
                        3,
                        Double.POSITIVE_INFINITY,
                        LabelFilter.NONE,
                        StandingQuery.ALL_CELLS);
        send(name, wrong, LONG, false, true);
    }

    private Asked send(
            QueryName name,
            StandingQuery query,
            Duration lease,
            boolean snapshot,
            boolean refused) {
        var receipt =
                snapshot
                        ? standing.refresh(collection.name(), name, query, lease)
                        : standing.register(collection.name(), name, query, lease);
        Asked of = new Asked(name, Optional.of(query), lease, snapshot, refused, receipt);
        asked.add(of);
        return of;
    }

    void drop(QueryName name) {
        var receipt = standing.drop(name);
        asked.add(new Asked(name, Optional.empty(), Duration.ZERO, false, false, receipt));
    }

    /** Returns once the broker has some write and some registration. */
    void awaitSome(SplittableRandom random) throws Exception {
        stamp(written.get(random.nextInt(written.size())).receipt());
        stamp(asked.get(random.nextInt(asked.size())).receipt());
    }

    /** Returns once the broker has all that was sent. */
    void awaitAll() throws Exception {
        writes();
        registrations();
    }

    /** The versions of all writes. */
    List<Version> writes() throws Exception {
        List<Version> versions = new ArrayList<>();
        for (Written each : written) {
            versions.add(stamp(each.receipt()));
        }
        return versions;
    }

    /** By then, in milliseconds since 1970, all is written, and has expired where it does. */
    long lastMoment() throws Exception {
        long last = 0;
        for (Written each : written) {
            last = Math.max(last, stamp(each.receipt()).time() + each.ttl().toMillis());
        }
        return last;
    }

    /** Everything that was registered or dropped, in the order in which it was sent. */
    List<Registration> registrations() throws Exception {
        List<Registration> all = new ArrayList<>();
        for (Asked each : asked) {
            all.add(registration(each, stamp(each.receipt())));
        }
        return all;
    }

    private static Registration registration(Asked of, Version stamp) {
        if (of.refused()) {
            return Registration.refused(of.name(), stamp, Reason.WRONG_DIMENSION.name(), "");
        }
        return of.query()
                .map(
                        query ->
                                Registration.of(
                                        of.name(),
                                        stamp,
                                        query,
                                        of.lease().toMillis(),
                                        of.snapshot()))
                .orElseGet(() -> Registration.drop(of.name(), stamp));
    }

    private static Version stamp(CompletableFuture<WriteReceipt> sent) throws Exception {
        WriteReceipt receipt = sent.get(DEADLINE_S, TimeUnit.SECONDS);
        return new Version(receipt.appendTime(), receipt.partition(), receipt.offset());
    }

    /**
     * By name, whether its newest record asks for a query; those are left out whose lease is short,
     * so that it may be over or not.
     */
    Map<QueryName, Boolean> listed() {
        Map<QueryName, Boolean> listed = new LinkedHashMap<>();
        for (Asked each : asked) {
            listed.remove(each.name());
            if (each.query().isEmpty() || each.isLong()) {
                listed.put(each.name(), each.isLong());
            }
        }
        return listed;
    }
}
