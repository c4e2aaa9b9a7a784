package io.nearstream.jobs.query.message;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertMigrates;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.RecordKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes written by release 0.1; a change here breaks every existing savepoint. */
class MessageFormatTest {
    private static final ProbeKey PROBE = new ProbeKey(3, 0x0102030405060708L);
    private static final String PROBE_HEX = "00000003" + "0102030405060708";
    private static final RecordKey RECORD = new RecordKey(0x1112131415161718L, "id");
    private static final String RECORD_HEX = "1112131415161718" + "0002" + "6964";
    private static final FetchRequest FETCH = new FetchRequest(PROBE, 5, RECORD, 100, 99, true);

    @Test
    void bucketKeyKeepsItsBytesAndItsHash() throws Exception {
        BucketKey key = new BucketKey(0x1112131415161718L, -16);
        assertFormat(BucketKeySerializer.INSTANCE, key, "1112131415161718" + "fffffff0", 1);
        assertThat(key.hashCode()).isEqualTo(31 * (0x11121314 ^ 0x15161718) - 16);
        assertThat(new BucketKey(0x1112131415161718L, 1_000).keyGroup(128)).isEqualTo(66);
    }

    @Test
    void probeKeyKeepsItsBytesAndItsHash() throws Exception {
        assertFormat(ProbeKeySerializer.INSTANCE, PROBE, PROBE_HEX, 1);
        assertThat(PROBE.hashCode()).isEqualTo(31 * 3 + (0x01020304 ^ 0x05060708));
    }

    @Test
    void fetchRequestKeepsItsBytes() throws Exception {
        assertFormat(
                FetchRequestSerializer.INSTANCE,
                FETCH,
                PROBE_HEX
                        + "00000005"
                        + RECORD_HEX
                        + "0000000000000064"
                        + "0000000000000063"
                        + "01",
                1);
    }

    @Test
    void shareKeepsItsBytes() throws Exception {
        Partial partial =
                new Partial(
                        PROBE,
                        1,
                        63,
                        6,
                        700,
                        2,
                        3,
                        99,
                        List.of(new PartAnswer(4, List.of(new Hit(0.5, new byte[] {9})))));
        assertFormat(
                PartialSerializer.INSTANCE,
                partial,
                PROBE_HEX
                        + "00000001"
                        + "0000003f"
                        + "00000006"
                        + "00000000000002bc"
                        + "00000002"
                        + "00000003"
                        + "0000000000000063"
                        + "00000001"
                        + "00000004"
                        + "00000001"
                        + "3fe0000000000000"
                        + "00000001"
                        + "09",
                2);
    }

    @Test
    void sharesOfTheFirstFormatAreReadAndMigrate() throws Exception {
        assertMigrates(
                PartialSerializer.INSTANCE,
                new Partial(PROBE, 1, 63, 6, 700, 2, 0, 99, List.of()),
                PROBE_HEX
                        + "00000001"
                        + "0000003f"
                        + "00000006"
                        + "00000000000002bc"
                        + "00000002"
                        + "0000000000000063"
                        + "00000000",
                1);
    }

    @Test
    void everyKindOfBucketOperationTravelsUnchanged() throws Exception {
        BucketKey key = new BucketKey(7, 8);
        assertRoundTrip(BucketOpSerializer.INSTANCE, BucketOp.append(key, 1, new byte[] {1, 2}));
        assertRoundTrip(BucketOpSerializer.INSTANCE, BucketOp.left(key, 1, new byte[] {1, 2}));
        assertRoundTrip(BucketOpSerializer.INSTANCE, BucketOp.marker(7, 3, 1, 2, 4));
        assertRoundTrip(BucketOpSerializer.INSTANCE, BucketOp.fetch(key, 1, FETCH));
        assertRoundTrip(BucketOpSerializer.INSTANCE, BucketOp.missing(key, 1, FETCH));
    }

    @Test
    void bothKindsOfPlaceRequestTravelUnchanged() throws Exception {
        assertRoundTrip(PlaceRequestSerializer.INSTANCE, PlaceRequest.fetch(FETCH));
        assertRoundTrip(
                PlaceRequestSerializer.INSTANCE,
                PlaceRequest.move(
                        RECORD, new MovedEntry(new byte[] {1, 2, 3}, -4, 1, 5, new int[] {6, 7})));
    }
}
