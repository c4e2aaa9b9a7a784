package io.nearstream.jobs.standing;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.core.standing.StandingRules;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Checks every field of a registration, also those that do not count beside others. Pure: the same
 * record gives the same verdict. Belongs to one thread.
 */
final class RegistrationCheck {
    private static final long LEASE_MS_MAX = 7 * 86_400_000L;
    private static final int CELLS_MAX = 65_536;
    private static final int KEY_BYTES_MAX = 1_024;

    private final AvroWire wire = AvroWire.of(StandingRegistration.getClassSchema());
    private final KeptCollection collection;
    private final VectorSpace space;
    private final Limits limits;
    private final int probesDefault;

    RegistrationCheck(KeptCollection collection, Limits limits, int probesDefault) {
        this.collection = collection;
        this.space = collection.space();
        this.limits = limits;
        this.probesDefault = probesDefault;
    }

    /**
     * What a record of the topic asks for. A name that nobody can have is refused under what is
     * left of it when it is cut, whatever the value is.
     *
     * @return empty where it is of another collection, whose job it is left to
     */
    Optional<Registration> check(RawRecord record) {
        QueryName name = QueryName.ofKey(key(record));
        Version stamp = new Version(record.timestamp(), record.partition(), record.offset());
        try {
            if (record.tombstone()) {
                name.check();
                return Optional.of(Registration.drop(name, stamp));
            }
            StandingRegistration asked = decode(record, name);
            if (!asked.getCollection().equals(collection.name())) {
                return Optional.empty();
            }
            name.check();
            return Optional.of(checked(name, stamp, asked));
        } catch (RefusedException refused) {
            return Optional.of(
                    Registration.refused(
                            name, stamp, refused.reason().name(), refused.getMessage()));
        }
    }

    private StandingRegistration decode(RawRecord record, QueryName name) throws RefusedException {
        try {
            return (StandingRegistration) wire.decode(record.value());
        } catch (UndecodableException broken) {
            name.check();
            throw new RefusedException(Reason.UNDECODABLE, broken.getMessage());
        }
    }

    /** A key that is too long for any name is cut: nobody has it, and it has to be told. */
    private static String key(RawRecord record) {
        int bytes = Math.min(record.key().length, KEY_BYTES_MAX);
        return new String(record.key(), 0, bytes, StandardCharsets.UTF_8);
    }

    private Registration checked(QueryName name, Version stamp, StandingRegistration asked)
            throws RefusedException {
        if (!name.equals(new QueryName(asked.getSubscriber(), asked.getId()))) {
            throw new RefusedException(
                    Reason.KEY_MISMATCH,
                    "the Kafka key must be subscriber/id, %s, but was %s."
                            .formatted(
                                    Limits.quote(asked.getSubscriber() + "/" + asked.getId()),
                                    Limits.quote(name.key())));
        }
        if (asked.getLeaseMs() < 1 || asked.getLeaseMs() > LEASE_MS_MAX) {
            throw new RefusedException(
                    Reason.BAD_TTL,
                    "leaseMs must be 1 to %d, but was %d."
                            .formatted(LEASE_MS_MAX, asked.getLeaseMs()));
        }
        return Registration.of(name, stamp, query(asked), asked.getLeaseMs(), asked.getSnapshot());
    }

    private StandingQuery query(StandingRegistration asked) throws RefusedException {
        byte[] vector = IndexChangeWire.bytes(asked.getVector());
        space.check(vector);
        boolean range = asked.getRadius() != null;
        unused(
                range ? "k" : "maxHits",
                range ? Reason.BAD_K : Reason.BAD_RADIUS,
                range ? asked.getK() : asked.getMaxHits());
        LabelFilter filter =
                new LabelFilter(
                        labels(asked.getAnyOf()),
                        labels(asked.getAllOf()),
                        labels(asked.getNoneOf()));
        return new StandingQuery(
                vector,
                range
                        ? within(
                                "maxHits",
                                Reason.BAD_RADIUS,
                                limits.rangeHits(),
                                asked.getMaxHits())
                        : within("k", Reason.BAD_K, limits.k(), asked.getK()),
                range ? radius(asked.getRadius()) : Double.POSITIVE_INFINITY,
                filter,
                cells(asked));
    }

    /** In an order of their own: a renewal may name them in another. */
    private List<String> labels(List<String> asked) throws RefusedException {
        limits.checkLabels(asked);
        return asked.stream().sorted().distinct().toList();
    }

    /** Within the limit that holds for probes, and as many as fit into a message. */
    private int within(String field, Reason reason, int limit, int value) throws RefusedException {
        int most = Math.min(limit, StandingRules.hitsThatFit(limits.idBytes()));
        requireWithin(field, reason, most, value);
        return value;
    }

    /**
     * What the query does not use may be whatever the schema allows: its default may be above what
     * is set here as the limit.
     */
    private static void unused(String field, Reason reason, int value) throws RefusedException {
        requireWithin(field, reason, StandingRules.LIMIT_MAX, value);
    }

    private static void requireWithin(String field, Reason reason, int most, int value)
            throws RefusedException {
        if (value < 1 || value > most) {
            throw new RefusedException(
                    reason, "%s must be 1 to %d, but was %d.".formatted(field, most, value));
        }
    }

    private double radius(double radius) throws RefusedException {
        boolean signed = space.metric() == Metric.INNER_PRODUCT;
        if (!Double.isFinite(radius) || (radius < 0 && !signed)) {
            throw new RefusedException(
                    Reason.BAD_RADIUS,
                    "radius must be a finite number%s, but was %s."
                            .formatted(signed ? "" : " of 0 or more", radius));
        }
        return radius;
    }

    private int cells(StandingRegistration asked) throws RefusedException {
        Integer probes = asked.getProbes();
        if (probes != null && (probes < 1 || probes > CELLS_MAX)) {
            throw new RefusedException(
                    Reason.BAD_EFFORT,
                    "probes must be 1 to %d, but was %d. Ask for another number, or leave it out and ask for exhaustive."
                            .formatted(CELLS_MAX, probes));
        }
        if (asked.getExhaustive()) {
            return StandingQuery.ALL_CELLS;
        }
        return probes == null ? probesDefault : probes;
    }
}
