package io.nearstream.operators;

import io.nearstream.operators.state.RecordFormat;
import io.nearstream.operators.state.RecordType;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: added (byte), the earlier and the later member, distance (float64), time (int64). A
 * member is: right (byte), id (UTF), time (int64), sequence (int64).
 */
public final class MatchSerializer extends RecordFormat<Match> {
    public static final MatchSerializer INSTANCE = new MatchSerializer();
    public static final TypeInformation<Match> TYPE = RecordType.of(Match.class, INSTANCE);

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(Match match, DataOutputView out) throws IOException {
        out.writeBoolean(match.added());
        write(match.earlier(), out);
        write(match.later(), out);
        out.writeDouble(match.distance());
        out.writeLong(match.time());
    }

    @Override
    public Match deserialize(DataInputView in) throws IOException {
        return new Match(in.readBoolean(), member(in), member(in), in.readDouble(), in.readLong());
    }

    private static void write(Match.Member member, DataOutputView out) throws IOException {
        out.writeBoolean(member.right());
        out.writeUTF(member.id());
        out.writeLong(member.time());
        out.writeLong(member.sequence());
    }

    private static Match.Member member(DataInputView in) throws IOException {
        return new Match.Member(in.readBoolean(), in.readUTF(), in.readLong(), in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<Match> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<Match> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<Match> restoreSerializer() {
            return INSTANCE;
        }
    }
}
