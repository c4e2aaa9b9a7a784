package io.nearstream.core.join;

import io.nearstream.core.model.Version;

/**
 * A version of a record of one side. All of a join are in one order: by version, then side, then
 * id.
 *
 * @param side {@link JoinRule#LEFT} or {@link JoinRule#RIGHT}
 * @param id of the record in its side
 * @param version when it began
 */
public record RecordRef(byte side, String id, Version version) implements Comparable<RecordRef> {
    @Override
    public int compareTo(RecordRef other) {
        int byVersion = version.compareTo(other.version);
        if (byVersion != 0) {
            return byVersion;
        }
        int bySide = Byte.compare(side, other.side);
        return bySide != 0 ? bySide : id.compareTo(other.id);
    }

    /** Whether both are versions of one record. */
    public boolean isSameRecord(RecordRef other) {
        return side == other.side && id.equals(other.id);
    }

    /** Another version of this record. */
    public RecordRef at(Version other) {
        return new RecordRef(side, id, other);
    }
}
