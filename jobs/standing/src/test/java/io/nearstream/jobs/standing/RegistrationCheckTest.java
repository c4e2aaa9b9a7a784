package io.nearstream.jobs.standing;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.core.standing.StandingRules;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Whatever lies on the topic: a registration, left to another job, or refused with a reason. */
class RegistrationCheckTest {
    private static final RegistrationCheck CHECK =
            new RegistrationCheck(
                    new KeptCollection("kept", 7, Metric.COSINE, Encoding.UINT8, 2),
                    Limits.DEFAULT,
                    64);

    static StandingRegistration.Builder good() {
        return StandingRegistration.newBuilder()
                .setSubscriber("s")
                .setId("q")
                .setCollection("kept")
                .setVector(ByteBuffer.wrap(new byte[] {1, 2}));
    }

    static RawRecord record(String key, byte[] value) {
        return new RawRecord(
                TopicNames.STANDING_QUERIES,
                1,
                2,
                3,
                key.getBytes(StandardCharsets.UTF_8),
                value,
                false);
    }

    private static Registration of(UnaryOperator<StandingRegistration.Builder> change) {
        byte[] value = AvroWire.encode(change.apply(good()).build());
        return CHECK.check(record("s/q", value)).orElseThrow();
    }

    @Test
    void defaultsAreThoseOfTheSchemaAndTheJob() {
        Registration registration = of(builder -> builder);
        assertThat(registration.name()).isEqualTo(new QueryName("s", "q"));
        assertThat(registration.stamp()).isEqualTo(new Version(3, 1, 2));
        assertThat(registration.leaseMs()).isEqualTo(3_600_000);
        StandingQuery query = registration.query().orElseThrow();
        assertThat(query.limit()).isEqualTo(10);
        assertThat(query.radius()).isInfinite();
        assertThat(query.cells()).isEqualTo(64);
        assertThat(of(builder -> builder.setExhaustive(true)).query().orElseThrow().cells())
                .isEqualTo(StandingQuery.ALL_CELLS);
        StandingQuery range = of(builder -> builder.setRadius(.5).setMaxHits(3)).query().get();
        assertThat(range.radius()).isEqualTo(.5);
        assertThat(range.limit()).isEqualTo(3);
    }

    @Test
    void theOrderOfLabelsIsNoDifference() {
        StandingQuery one = of(builder -> builder.setAnyOf(List.of("a", "b"))).query().get();
        StandingQuery same = of(builder -> builder.setAnyOf(List.of("b", "a", "b"))).query().get();
        StandingQuery other = of(builder -> builder.setAllOf(List.of("a", "b"))).query().get();
        assertThat(one.asksAs(same)).isTrue();
        assertThat(one.asksAs(other)).isFalse();
    }

    @Test
    void badOnesAreRefusedWithAReason() {
        refused(builder -> builder.setK(0), "BAD_K", "k must be 1 to 1000, but was 0.");
        refused(builder -> builder.setK(1_001), "BAD_K", "but was 1001.");
        refused(builder -> builder.setRadius(-1.0), "BAD_RADIUS", "of 0 or more, but was -1.0.");
        refused(builder -> builder.setRadius(Double.NaN), "BAD_RADIUS", "but was NaN.");
        refused(builder -> builder.setRadius(1.0).setMaxHits(0), "BAD_RADIUS", "maxHits must be");
        refused(builder -> builder.setProbes(0), "BAD_EFFORT", "probes must be 1 to 65536");
        refused(builder -> builder.setLeaseMs(0), "BAD_TTL", "leaseMs must be 1 to 604800000");
        refused(
                builder -> builder.setVector(ByteBuffer.wrap(new byte[3])),
                "WRONG_DIMENSION",
                "must have 2 bytes");
        refused(
                builder -> builder.setVector(ByteBuffer.wrap(new byte[2])),
                "ZERO_VECTOR",
                "length above 0");
        refused(builder -> builder.setAnyOf(List.of("")), "BAD_LABELS", "a label must be");
        refused(builder -> builder.setId("other"), "KEY_MISMATCH", "'s/other', but was 's/q'");
    }

    static void refused(
            UnaryOperator<StandingRegistration.Builder> change, String reason, String message) {
        Registration.Refusal refusal = of(change).refusal().orElseThrow();
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.message()).contains(message);
    }

    @Test
    void namesHaveTheirCharacters() {
        byte[] value = AvroWire.encode(good().setSubscriber("a b").build());
        Registration registration = CHECK.check(record("a b/q", value)).orElseThrow();
        assertThat(registration.refusal().orElseThrow().reason()).isEqualTo("BAD_ID");
    }

    @Test
    void aKeyOfAnyLengthIsToldInShort() throws Exception {
        String key = "k".repeat(200_000);
        Registration registration =
                CHECK.check(record(key, AvroWire.encode(good().build()))).orElseThrow();
        assertThat(registration.refusal().orElseThrow().reason()).isEqualTo("BAD_ID");
        assertRoundTrip(RegistrationSerializer.INSTANCE, registration);
    }

    @Test
    void anyKeyWithAnyValueGoesThroughState() {
        byte[] good = AvroWire.encode(good().build());
        AtomicInteger bad = new AtomicInteger();
        Property.holds(
                500,
                random -> {
                    byte[] key = new byte[random.nextInt(random.nextBoolean() ? 8 : 100_000)];
                    random.nextBytes(key);
                    if (random.nextBoolean()) {
                        Arrays.fill(key, (byte) random.nextInt(256));
                    }
                    byte[] value = random.nextBoolean() ? good : new byte[] {1};
                    RawRecord record =
                            new RawRecord(
                                    TopicNames.STANDING_QUERIES,
                                    1,
                                    2,
                                    3,
                                    key,
                                    value,
                                    random.nextInt(3) == 0);
                    Registration of = CHECK.check(record).orElseThrow();
                    assertRoundTrip(RegistrationSerializer.INSTANCE, of);
                    assertThat(of.name().key().length()).isLessThanOrEqualTo(1_025);
                    assertThat(of.query()).as("a query of the name %s", of.name()).isEmpty();
                    if (!isName(of.name())) {
                        bad.incrementAndGet();
                        assertThat(of.refusal().orElseThrow().reason()).isEqualTo("BAD_ID");
                        assertThat(of.refusal().get().message().length()).isLessThan(300);
                    }
                });
        assertThat(bad.get()).isPositive();
    }

    private static boolean isName(QueryName name) {
        String part = "[A-Za-z0-9._-]{1,128}";
        return name.subscriber().matches(part) && name.id().matches(part);
    }

    @Test
    void refusalsAreCut() throws Exception {
        Registration of =
                Registration.refused(
                        new QueryName("s", "q"), new Version(1, 2, 3), "R", "m".repeat(100_000));
        assertThat(of.refusal().orElseThrow().message()).hasSize(1_003);
        assertRoundTrip(RegistrationSerializer.INSTANCE, of);
    }

    @Test
    void aSnapshotFitsIntoAMessage() {
        Limits longIds =
                new Limits(32_767, 4_096, 32, 64, 1, 1_000, 10_000, 256, 2 << 20, 60_000, 1_024, 1);
        int fit = StandingRules.hitsThatFit(longIds.idBytes());
        RegistrationCheck check =
                new RegistrationCheck(
                        new KeptCollection("kept", 7, Metric.COSINE, Encoding.UINT8, 2),
                        longIds,
                        64);
        byte[] most = AvroWire.encode(good().setK(fit).build());
        assertThat(check.check(record("s/q", most)).orElseThrow().query()).isPresent();
        byte[] more = AvroWire.encode(good().setK(fit + 1).build());
        assertThat(check.check(record("s/q", more)).orElseThrow().refusal().get().message())
                .isEqualTo("k must be 1 to %d, but was %d.".formatted(fit, fit + 1));
        Version version = new Version(Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
        List<Difference.Hit> hits = new ArrayList<>();
        for (int i = 0; i < fit; i++) {
            hits.add(new Difference.Hit("i".repeat(32_767), 1, version, Integer.MAX_VALUE));
        }
        Difference snapshot =
                new Difference(
                        new QueryName("s".repeat(128), "q".repeat(128)),
                        version,
                        Long.MAX_VALUE,
                        Difference.Kind.SNAPSHOT,
                        version,
                        List.of(),
                        hits,
                        true,
                        "",
                        "",
                        Long.MAX_VALUE);
        assertThat(StandingWire.encode(snapshot, Long.MAX_VALUE).length).isLessThan(4 << 20);
    }

    @Test
    void otherCollectionsAreLeftToTheirJobs() {
        byte[] value = AvroWire.encode(good().setCollection("other").build());
        assertThat(CHECK.check(record("s/q", value))).isEmpty();
    }

    @Test
    void aNullDrops() {
        RawRecord tombstone =
                new RawRecord(
                        TopicNames.STANDING_QUERIES,
                        1,
                        2,
                        3,
                        "s/q".getBytes(StandardCharsets.UTF_8),
                        new byte[0],
                        true);
        assertThat(CHECK.check(tombstone))
                .contains(Registration.drop(new QueryName("s", "q"), new Version(3, 1, 2)));
    }

    @Test
    void brokenBytesAreRefusedAndNeverFail() {
        byte[] good = AvroWire.encode(good().build());
        Property.holds(
                500,
                random -> {
                    byte[] broken = good.clone();
                    for (int i = 0; i <= random.nextInt(6); i++) {
                        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
                    }
                    Optional<Registration> registration = CHECK.check(record("s/q", broken));
                    registration.ifPresent(
                            of ->
                                    assertThat(of.query().isPresent())
                                            .isNotEqualTo(of.refusal().isPresent()));
                });
        assertThat(CHECK.check(record("s/q", new byte[0])).orElseThrow().refusal().get().reason())
                .isEqualTo("UNDECODABLE");
    }
}
