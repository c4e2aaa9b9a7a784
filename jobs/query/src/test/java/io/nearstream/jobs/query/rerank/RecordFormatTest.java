package io.nearstream.jobs.query.rerank;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static io.nearstream.jobs.common.testing.GoldenFormat.assertMigrates;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.RecordCheck;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes in the record store's state; a change here breaks every savepoint that has some. */
class RecordFormatTest {
    private static final ProbeKey PROBE = new ProbeKey(3, 0x0102030405060708L);
    private static final String PROBE_HEX = "00000003" + "0102030405060708";
    private static final RecordKey RECORD = new RecordKey(0x1112131415161718L, "id");
    private static final String RECORD_HEX = "1112131415161718" + "0002" + "6964";
    private static final Version VERSION = new Version(0x2122232425262728L, 3, 9);
    private static final String VERSION_HEX = "2122232425262728" + "00000003" + "0000000000000009";
    private static final RecordCheck CHECK =
            new RecordCheck(
                    5,
                    new LabelFilter(List.of("a"), List.of(), List.of()),
                    true,
                    List.of(new byte[] {7, 8}));
    private static final String CHECK_HEX =
            "0000000000000005"
                    + ("00000001" + "000161" + "00000000" + "00000000")
                    + "01"
                    + ("00000001" + "00000002" + "0708");

    @Test
    void storedRowsKeepTheirBytes() throws Exception {
        assertFormat(RowSerializer.INSTANCE, new byte[] {1, 2}, "00000002" + "0102", 1);
    }

    @Test
    void storedRecordsKeepTheirBytes() throws Exception {
        assertFormat(
                StoredRecordSerializer.INSTANCE,
                new StoredRecord(RECORD, new byte[] {1, 2}),
                RECORD_HEX + "00000002" + "0102",
                1);
    }

    private static String candidatesHex(String deadline) {
        return "fffffffe"
                + PROBE_HEX
                + "0000000000000004"
                + deadline
                + CHECK_HEX
                + ("00000001" + "00000001" + "00000002" + "0002" + "6964" + VERSION_HEX)
                + "00";
    }

    private static RecordRequest candidates(long deadlineAt) {
        return RecordRequest.score(
                -2, PROBE, 4, deadlineAt, CHECK, List.of(new Candidate(1, 2, "id", VERSION)));
    }

    private static String moveHex(String deadline) {
        return "00000006"
                + ("ffffffff" + "ffffffffffffffff")
                + "1112131415161718"
                + deadline
                + ("0000000000000000" + "00000000" + "00000000" + "00000000" + "00" + "00000000")
                + "00000000"
                + ("01" + RECORD_HEX + VERSION_HEX + "fffffffb");
    }

    @Test
    void waitingCandidatesKeepTheirBytes() throws Exception {
        assertFormat(
                RecordRequestSerializer.INSTANCE,
                candidates(0x3132333435363738L),
                candidatesHex("3132333435363738"),
                2);
    }

    @Test
    void waitingCandidatesWithoutDeadlineAreReadAsLate() throws Exception {
        assertMigrates(RecordRequestSerializer.INSTANCE, candidates(0), candidatesHex(""), 1);
        assertThat(candidates(0).isLate(1)).isTrue();
    }

    @Test
    void waitingMovesKeepTheirBytes() throws Exception {
        RecordRequest move = RecordRequest.move(6, new MoveRequest(RECORD, VERSION, -5));
        assertFormat(RecordRequestSerializer.INSTANCE, move, moveHex("0000000000000000"), 2);
        assertMigrates(RecordRequestSerializer.INSTANCE, move, moveHex(""), 1);
        assertThat(move.isLate(1)).isFalse();
        assertFormat(
                MoveRequestSerializer.INSTANCE,
                new MoveRequest(RECORD, VERSION, -5),
                RECORD_HEX + VERSION_HEX + "fffffffb",
                1);
    }

    @Test
    void partsKeepTheirBytes() throws Exception {
        assertFormat(
                RecordPartSerializer.INSTANCE,
                new RecordPart(PROBE, List.of(new Scored(1, 2, 0.5, new byte[] {9}))),
                PROBE_HEX
                        + "00000001"
                        + ("00000001" + "00000002" + "3fe0000000000000" + "00000001" + "09"),
                1);
    }
}
