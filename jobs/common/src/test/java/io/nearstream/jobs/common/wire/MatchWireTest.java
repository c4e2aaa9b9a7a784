package io.nearstream.jobs.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Pair;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.Version;
import io.nearstream.schemas.Match;
import io.nearstream.schemas.MatchOp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import org.junit.jupiter.api.Test;

class MatchWireTest {
    private static final MatchWire WIRE = new MatchWire("join", 0x10, 0x2f);
    private static final RecordRef A = new RecordRef(JoinRule.LEFT, "a", new Version(5, 1, 7));
    private static final RecordRef B = new RecordRef(JoinRule.RIGHT, "b", new Version(6, 1, 8));

    @Test
    void theKeyIsTheSameWhicheverCameFirst() {
        byte[] key = WIRE.key(new Pair(A, B, 1));
        assertThat(key).isEqualTo(WIRE.key(new Pair(B, A, 2)));
        assertThat(new String(key, java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo("0000000000000010/a\u00ff000000000000002f/b");
    }

    @Test
    void aMatchNamesBothVersionsAndItsCause() throws UndecodableException {
        Pair pair = new Pair(A, B, 1.5);
        AvroWire wire = AvroWire.of(Match.getClassSchema());
        Match added = (Match) wire.decode(WIRE.encode(PairChange.added(pair)));
        assertThat(added.getOp()).isEqualTo(MatchOp.ADDED);
        assertThat(added.getJoin()).isEqualTo("join");
        assertThat(added.getEarlierCollectionUid()).isEqualTo(0x10);
        assertThat(added.getLaterCollectionUid()).isEqualTo(0x2f);
        assertThat(added.getLaterId()).isEqualTo("b");
        assertThat(KeyValueWire.version(added.getEarlierVersion())).isEqualTo(A.version());
        assertThat(added.getCauseVersion()).isEqualTo(added.getLaterVersion());
        assertThat(added.getDistance()).isEqualTo(1.5);
        RecordRef end = A.at(new Version(9, 1, 9));
        Match over = (Match) wire.decode(WIRE.encode(PairChange.takenBack(pair, end)));
        assertThat(over.getOp()).isEqualTo(MatchOp.TAKEN_BACK);
        assertThat(KeyValueWire.version(over.getCauseVersion())).isEqualTo(end.version());
    }
}
