package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.Pair;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.Placed;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Version;
import io.nearstream.operators.JoinRecord;
import io.nearstream.operators.JoinRecordSerializer;
import io.nearstream.operators.Match;
import io.nearstream.operators.MatchSerializer;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Bytes written by release 0.1; a change here breaks every savepoint with a join in it. */
class JoinStateFormatTest {
    private static final RecordRef A = new RecordRef((byte) 0, "a", new Version(5, 1, 7));
    private static final RecordRef B = new RecordRef((byte) 1, "b", new Version(6, 1, 8));
    private static final String A_BYTES =
            "00" + "000161" + "0000000000000005" + "00000001" + "0000000000000007";
    private static final String B_BYTES =
            "01" + "000162" + "0000000000000006" + "00000001" + "0000000000000008";
    private static final byte[] VECTOR = {10, 11};

    private static <T> String written(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        byte[] bytes = out.getCopyOfBuffer();
        T read = serializer.deserialize(new DataInputDeserializer(bytes));
        DataOutputSerializer again = new DataOutputSerializer(64);
        serializer.serialize(read, again);
        assertThat(again.getCopyOfBuffer()).isEqualTo(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void changesAndVisitsAreAsTheyWere() throws IOException {
        assertThat(written(JoinChangeSerializer.INSTANCE, new JoinChange(A, false, VECTOR, 9, 12)))
                .isEqualTo(
                        A_BYTES
                                + "00"
                                + "00000002"
                                + "0a0b"
                                + "0000000000000009"
                                + "000000000000000c");
        assertThat(
                        written(
                                VisitSerializer.INSTANCE,
                                new Visit(
                                        3,
                                        Visit.Kind.LIVE,
                                        A,
                                        9,
                                        new int[] {3, 4},
                                        VECTOR,
                                        2f,
                                        1f)))
                .isEqualTo(
                        "00000003"
                                + "02"
                                + A_BYTES
                                + "0000000000000009"
                                + "00000002"
                                + "0000000300000004"
                                + "00000002"
                                + "0a0b"
                                + "40000000"
                                + "3f800000");
        assertThat(written(VisitSerializer.INSTANCE, Visit.end(3, A))).startsWith("0000000300");
    }

    @Test
    void whatIsKeptIsAsItWas() throws IOException {
        assertThat(
                        written(
                                PlacedSerializer.INSTANCE,
                                new Placed(A.version(), true, 12, new int[] {3})))
                .isEqualTo(
                        "0000000000000005"
                                + "00000001"
                                + "0000000000000007"
                                + "01"
                                + "000000000000000c"
                                + "00000001"
                                + "00000003");
        Pair pair = new Pair(A, B, 1);
        String pairBytes = A_BYTES + B_BYTES + "3ff0000000000000";
        assertThat(written(PairChangeSerializer.INSTANCE, PairChange.added(pair)))
                .isEqualTo("01" + pairBytes + B_BYTES);
        assertThat(written(ChosenPairsSerializer.INSTANCE, new ChosenPairs(List.of(pair))))
                .isEqualTo("00000001" + pairBytes);
    }

    @Test
    void whatUsersSeeIsAsItWas() throws IOException {
        assertThat(
                        written(
                                JoinRecordSerializer.INSTANCE,
                                new JoinRecord("a", false, VECTOR, 7, 12)))
                .isEqualTo(
                        "000161"
                                + "00"
                                + "00000002"
                                + "0a0b"
                                + "0000000000000007"
                                + "000000000000000c");
        Match match =
                new Match(
                        true,
                        new Match.Member(false, "a", 5, 7),
                        new Match.Member(true, "b", 6, 8),
                        1,
                        6);
        assertThat(match.left().id()).isEqualTo("a");
        assertThat(match.right().id()).isEqualTo("b");
        assertThat(written(MatchSerializer.INSTANCE, match))
                .isEqualTo(
                        "01"
                                + "00"
                                + "000161"
                                + "0000000000000005"
                                + "0000000000000007"
                                + "01"
                                + "000162"
                                + "0000000000000006"
                                + "0000000000000008"
                                + "3ff0000000000000"
                                + "0000000000000006");
    }

    @Test
    void aNewerFormatIsRefused() {
        assertThatThrownBy(
                        () ->
                                new PlacedSerializer.Snapshot()
                                        .readSnapshot(
                                                2,
                                                new DataInputDeserializer(new byte[0]),
                                                getClass().getClassLoader()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2, but this build reads up to 1");
    }

    /** Its bytes would be read as others; nothing that was released kept it. */
    @Test
    void aFormatThatIsReadNoMoreIsRefused() {
        assertThatThrownBy(
                        () ->
                                new VisitSerializer.Snapshot()
                                        .readSnapshot(
                                                1,
                                                new DataInputDeserializer(new byte[0]),
                                                getClass().getClassLoader()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 1, but this build reads 2 and later ones");
    }
}
