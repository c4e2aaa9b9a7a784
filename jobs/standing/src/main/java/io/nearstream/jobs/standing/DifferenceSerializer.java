package io.nearstream.jobs.standing;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 2: subscriber, id (UTF), registered (a version), sequence (int64), kind (int8), cause (a
 * version), removed, int32 count and each hit added: id (UTF), distance (float64), version, rank
 * (int32); truncated (byte), reason, message (UTF), until (int64); see {@link Fields}. Format 1 did
 * not say what is truncated; no state ever kept differences.
 */
public final class DifferenceSerializer extends RecordSerializer<Difference> {
    private static final Difference.Kind[] KINDS = Difference.Kind.values();

    public static final DifferenceSerializer INSTANCE = new DifferenceSerializer();
    public static final TypeInformation<Difference> TYPE =
            RecordTypeInfo.of(Difference.class, INSTANCE);

    @Override
    public void serialize(Difference value, DataOutputView out) throws IOException {
        out.writeUTF(value.query().subscriber());
        out.writeUTF(value.query().id());
        Fields.writeVersion(value.registered(), out);
        out.writeLong(value.sequence());
        out.writeByte(value.kind().ordinal());
        Fields.writeVersion(value.cause(), out);
        Fields.writeStrings(value.removed(), out);
        out.writeInt(value.added().size());
        for (Difference.Hit hit : value.added()) {
            out.writeUTF(hit.id());
            out.writeDouble(hit.distance());
            Fields.writeVersion(hit.version(), out);
            out.writeInt(hit.rank());
        }
        out.writeBoolean(value.truncated());
        out.writeUTF(value.reason());
        out.writeUTF(value.message());
        out.writeLong(value.until());
    }

    @Override
    public Difference deserialize(DataInputView in) throws IOException {
        QueryName name = new QueryName(in.readUTF(), in.readUTF());
        Version registered = Fields.readVersion(in);
        long sequence = in.readLong();
        Difference.Kind kind = KINDS[in.readByte()];
        Version cause = Fields.readVersion(in);
        List<String> removed = Fields.readStrings(in);
        int count = in.readInt();
        List<Difference.Hit> added = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            added.add(
                    new Difference.Hit(
                            in.readUTF(), in.readDouble(), Fields.readVersion(in), in.readInt()));
        }
        return new Difference(
                name,
                registered,
                sequence,
                kind,
                cause,
                removed,
                added,
                in.readBoolean(),
                in.readUTF(),
                in.readUTF(),
                in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<Difference> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<Difference> {
        public Snapshot() {
            super(2);
        }

        @Override
        public TypeSerializer<Difference> restoreSerializer() {
            return INSTANCE;
        }
    }
}
