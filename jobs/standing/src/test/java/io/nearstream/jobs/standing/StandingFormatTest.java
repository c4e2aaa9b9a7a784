package io.nearstream.jobs.standing;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertRoundTrip;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingQuery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies in savepoints is read for ever; what only travels comes as it went. */
class StandingFormatTest {
    private static final QueryName NAME = new QueryName("s", "q");
    private static final Version STAMP = new Version(1, 2, 3);
    private static final Registration REGISTERED =
            Registration.of(
                    NAME,
                    STAMP,
                    new StandingQuery(
                            new byte[] {5, 6},
                            7,
                            8,
                            new LabelFilter(List.of("a"), List.of(), List.of()),
                            9),
                    4,
                    true);

    @Test
    void registrationsThatWait() throws Exception {
        assertFormat(
                RegistrationSerializer.INSTANCE,
                REGISTERED,
                "0001730001710000000000000001000000020000000000000003000000000000000401010000000205060000000740200000000000000000000100016100000000000000000000000900",
                1);
        assertFormat(
                RegistrationSerializer.INSTANCE,
                Registration.refused(NAME, STAMP, "BAD_K", "k"),
                "0001730001710000000000000001000000020000000000000003000000000000000000000100054241445f4b00016b",
                1);
    }

    @Test
    void rowsOfShards() throws Exception {
        assertFormat(ShardRowSerializer.INSTANCE, new byte[] {1, 2, 3}, "00000003010203", 1);
        assertFormat(CentroidsSerializer.INSTANCE, new byte[] {4, 5}, "000000020405", 1);
        assertFormat(
                ShardOriginSerializer.INSTANCE,
                new ShardOrigin(3, new KeptCollection("kept", 7, Metric.COSINE, Encoding.UINT8, 2)),
                "0000000300046b65707400000000000000070006434f53494e45000555494e543800000002",
                1);
    }

    @Test
    void whatTravels() throws Exception {
        assertRoundTrip(ShardRegistrationSerializer.INSTANCE, new ShardRegistration(7, REGISTERED));
        assertRoundTrip(
                ShardChangeSerializer.INSTANCE,
                new ShardChange(7, IndexChange.deleted(new RecordKey(1, "a"), STAMP)));
        assertRoundTrip(
                DifferenceSerializer.INSTANCE,
                new Difference(
                        NAME,
                        STAMP,
                        4,
                        Difference.Kind.CHANGE,
                        STAMP,
                        List.of("a"),
                        List.of(new Difference.Hit("b", .5, STAMP, 2)),
                        true,
                        "reason",
                        "message",
                        9));
    }
}
