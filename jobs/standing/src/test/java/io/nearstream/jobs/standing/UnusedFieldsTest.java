package io.nearstream.jobs.standing;

import static io.nearstream.jobs.standing.RegistrationCheckTest.good;
import static io.nearstream.jobs.standing.RegistrationCheckTest.record;
import static io.nearstream.jobs.standing.RegistrationCheckTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fields of a registration that do not count beside others. */
class UnusedFieldsTest {
    /** Else they would be taken for what their writer never meant. */
    @Test
    void fieldsThatDoNotCountBesideOthersAreCheckedToo() {
        refused(
                builder -> builder.setRadius(.5).setK(-5),
                "BAD_K",
                "k must be 1 to 1000, but was -5.");
        refused(builder -> builder.setRadius(.5).setK(1_001), "BAD_K", "but was 1001.");
        refused(
                builder -> builder.setMaxHits(-1),
                "BAD_RADIUS",
                "maxHits must be 1 to 1000, but was -1.");
        refused(builder -> builder.setMaxHits(1_001), "BAD_RADIUS", "but was 1001.");
        refused(
                builder -> builder.setExhaustive(true).setProbes(-3),
                "BAD_EFFORT",
                "probes must be 1 to 65536, but was -3.");
        refused(
                builder -> builder.setExhaustive(true).setProbes(65_537),
                "BAD_EFFORT",
                "but was 65537.");
    }

    /** Defaults of the schema, and what our clients write for what does not count. */
    @Test
    void whatDoesNotCountMayBeAboveTheLimitsOfTheJob() throws Exception {
        Limits few = new Limits(256, 4_096, 32, 64, 1, 5, 5, 256, 2 << 20, 60_000, 1_024, 1);
        KeptCollection kept = new KeptCollection("kept", 7, Metric.COSINE, Encoding.UINT8, 2);
        RegistrationCheck check = new RegistrationCheck(kept, few, 64);
        QueryName name = new QueryName("s", "q");
        for (double radius : new double[] {.5, Double.POSITIVE_INFINITY}) {
            StandingRegistration.Builder defaults = good();
            if (Double.isFinite(radius)) {
                defaults.setRadius(radius).setMaxHits(5);
            } else {
                defaults.setK(5);
            }
            StandingQuery query =
                    new StandingQuery(
                            new byte[] {1, 2},
                            5,
                            radius,
                            LabelFilter.NONE,
                            StandingQuery.ALL_CELLS);
            for (byte[] value :
                    List.of(
                            AvroWire.encode(defaults.build()),
                            AvroWire.encode(defaults.setExhaustive(true).setProbes(7).build()),
                            StandingWire.encode(name, "kept", query, 1_000, false))) {
                Registration of = check.check(record("s/q", value)).orElseThrow();
                assertThat(of.refusal()).isEmpty();
                assertThat(of.query().orElseThrow().limit()).isEqualTo(5);
            }
        }
    }
}
