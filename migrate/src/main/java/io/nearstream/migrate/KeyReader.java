package io.nearstream.migrate;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import io.nearstream.schemas.ExportedKey;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.util.Collector;

/**
 * Reads the keys of the ingest job that have a value, as bytes of {@link ExportedKey}. A source of
 * Flink's must say something of every key: {@link #DELETED} and {@link #EXPIRED} stand for keys
 * without a value, and are to be counted and dropped behind it.
 */
final class KeyReader extends KeyedStateReaderFunction<String, byte[]> {
    /** No record is as short: each has a version. */
    static final byte[] DELETED = {};

    static final byte[] EXPIRED = {0};

    private static final long serialVersionUID = 1L;

    private final long asOf;
    private transient ValueState<KeyValueEntry> entries;
    private transient Datums datums;

    /**
     * A reader.
     *
     * @param asOf milliseconds since 1970: what expires by then has expired
     */
    KeyReader(long asOf) {
        this.asOf = asOf;
    }

    @Override
    public void open(OpenContext context) {
        entries = getRuntimeContext().getState(KeyValueState.descriptor());
        datums = new Datums(ExportedKey.getClassSchema());
    }

    @Override
    public void readKey(String key, Context context, Collector<byte[]> out) throws Exception {
        KeyValueEntry entry = entries.value();
        if (entry == null || entry.deleted()) {
            out.collect(DELETED);
        } else if (!entry.visibleAt(asOf)) {
            out.collect(EXPIRED);
        } else {
            out.collect(
                    datums.bytes(
                            new ExportedKey(
                                    key,
                                    PartJoin.stamp(entry.version()),
                                    ByteBuffer.wrap(entry.value().value()),
                                    entry.writerTime(),
                                    entry.expiresAt() == KeyValueEntry.NEVER
                                            ? null
                                            : entry.expiresAt())));
        }
    }
}
