package io.nearstream.jobs.standing;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: subscriber, id (UTF), stamp (a version), lease (int64), snapshot (byte), whether there
 * is a query (byte), the query, whether it is refused (byte), reason, message (UTF). A query is:
 * vector, limit (int32), radius (float64), anyOf, allOf, noneOf, cells (int32); see {@link Fields}.
 */
public final class RegistrationSerializer extends RecordSerializer<Registration> {
    public static final RegistrationSerializer INSTANCE = new RegistrationSerializer();
    public static final TypeInformation<Registration> TYPE =
            RecordTypeInfo.of(Registration.class, INSTANCE);

    @Override
    public void serialize(Registration value, DataOutputView out) throws IOException {
        out.writeUTF(value.name().subscriber());
        out.writeUTF(value.name().id());
        Fields.writeVersion(value.stamp(), out);
        out.writeLong(value.leaseMs());
        out.writeBoolean(value.snapshot());
        out.writeBoolean(value.query().isPresent());
        if (value.query().isPresent()) {
            write(value.query().get(), out);
        }
        out.writeBoolean(value.refusal().isPresent());
        if (value.refusal().isPresent()) {
            out.writeUTF(value.refusal().get().reason());
            out.writeUTF(value.refusal().get().message());
        }
    }

    @Override
    public Registration deserialize(DataInputView in) throws IOException {
        QueryName name = new QueryName(in.readUTF(), in.readUTF());
        Version stamp = Fields.readVersion(in);
        long leaseMs = in.readLong();
        boolean snapshot = in.readBoolean();
        Optional<StandingQuery> query =
                in.readBoolean() ? Optional.of(readQuery(in)) : Optional.empty();
        Optional<Registration.Refusal> refusal =
                in.readBoolean()
                        ? Optional.of(new Registration.Refusal(in.readUTF(), in.readUTF()))
                        : Optional.empty();
        return new Registration(name, stamp, query, leaseMs, snapshot, refusal);
    }

    private static void write(StandingQuery query, DataOutputView out) throws IOException {
        Fields.writeBytes(query.vector(), out);
        out.writeInt(query.limit());
        out.writeDouble(query.radius());
        Fields.writeStrings(query.filter().anyOf(), out);
        Fields.writeStrings(query.filter().allOf(), out);
        Fields.writeStrings(query.filter().noneOf(), out);
        out.writeInt(query.cells());
    }

    private static StandingQuery readQuery(DataInputView in) throws IOException {
        byte[] vector = Fields.readBytes(in);
        int limit = in.readInt();
        double radius = in.readDouble();
        LabelFilter filter =
                new LabelFilter(
                        Fields.readStrings(in), Fields.readStrings(in), Fields.readStrings(in));
        return new StandingQuery(vector, limit, radius, filter, in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<Registration> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<Registration> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<Registration> restoreSerializer() {
            return INSTANCE;
        }
    }
}
