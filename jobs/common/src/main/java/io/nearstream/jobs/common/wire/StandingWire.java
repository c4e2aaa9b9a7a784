package io.nearstream.jobs.common.wire;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.StandingHit;
import io.nearstream.schemas.StandingKind;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Registrations and differences of standing queries from and to Avro. */
public final class StandingWire {
    private StandingWire() {}

    /** The Kafka key of a query's registrations. */
    public static byte[] key(QueryName name) {
        return name.key().getBytes(StandardCharsets.UTF_8);
    }

    /** The Kafka key of what a subscriber is told. */
    public static byte[] subscriberKey(String subscriber) {
        return subscriber.getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of a registration. */
    public static byte[] encode(
            QueryName name,
            String collection,
            StandingQuery query,
            long leaseMs,
            boolean snapshot) {
        boolean range = query.isRange();
        LabelFilter filter = query.filter();
        boolean exhaustive = query.cells() == StandingQuery.ALL_CELLS;
        return AvroWire.encode(
                StandingRegistration.newBuilder()
                        .setSubscriber(name.subscriber())
                        .setId(name.id())
                        .setCollection(collection)
                        .setVector(ByteBuffer.wrap(query.vector()))
                        .setK(range ? 1 : query.limit())
                        .setRadius(range ? query.radius() : null)
                        .setMaxHits(range ? query.limit() : 1)
                        .setAnyOf(filter.anyOf())
                        .setAllOf(filter.allOf())
                        .setNoneOf(filter.noneOf())
                        .setProbes(exhaustive || query.cells() == 0 ? null : query.cells())
                        .setExhaustive(exhaustive)
                        .setLeaseMs(leaseMs)
                        .setSnapshot(snapshot)
                        .build());
    }

    /** The bytes of a difference. */
    public static byte[] encode(Difference difference, long collectionUid) {
        List<StandingHit> added = new ArrayList<>(difference.added().size());
        for (Difference.Hit hit : difference.added()) {
            added.add(
                    new StandingHit(
                            hit.id(),
                            hit.distance(),
                            KeyValueWire.stamp(hit.version()),
                            hit.rank()));
        }
        return AvroWire.encode(
                new StandingDifference(
                        difference.query().subscriber(),
                        difference.query().id(),
                        collectionUid,
                        KeyValueWire.stamp(difference.registered()),
                        difference.sequence(),
                        StandingKind.valueOf(difference.kind().name()),
                        KeyValueWire.stamp(difference.cause()),
                        difference.removed(),
                        added,
                        difference.reason(),
                        difference.message(),
                        difference.until(),
                        difference.truncated()));
    }

    /**
     * The difference in a decoded record.
     *
     * @throws UndecodableException if its kind is one that came after this version
     */
    public static Difference from(StandingDifference record) throws UndecodableException {
        if (record.getKind() == StandingKind.UNKNOWN) {
            throw new UndecodableException(
                    "kind must be one of %s, but is newer than this version. Update the reader, or ask for a snapshot."
                            .formatted(Arrays.toString(Difference.Kind.values())));
        }
        List<Difference.Hit> added = new ArrayList<>(record.getAdded().size());
        for (StandingHit hit : record.getAdded()) {
            added.add(
                    new Difference.Hit(
                            hit.getId(),
                            hit.getDistance(),
                            KeyValueWire.version(hit.getVersion()),
                            hit.getRank()));
        }
        return new Difference(
                new QueryName(record.getSubscriber(), record.getId()),
                KeyValueWire.version(record.getRegistered()),
                record.getSequence(),
                Difference.Kind.valueOf(record.getKind().name()),
                KeyValueWire.version(record.getCause()),
                List.copyOf(record.getRemoved()),
                added,
                record.getTruncated(),
                record.getReason(),
                record.getMessage(),
                record.getUntil());
    }
}
