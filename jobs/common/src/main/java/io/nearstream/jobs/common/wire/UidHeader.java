package io.nearstream.jobs.common.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header by which a write says which incarnation of its collection the writer knows: who reads
 * it need not ask the broker whether the collection is another one by now. It may be left out.
 * Stateless.
 */
public final class UidHeader {
    /** Its key; the value is the uid, 8 bytes, big endian. */
    public static final String KEY = "nearstream-uid";

    private UidHeader() {}

    /** The header's value. */
    public static byte[] encode(long uid) {
        return ByteBuffer.allocate(Long.BYTES).putLong(uid).array();
    }

    /** The uid that a record names; {@link RawRecord#NO_UID} where it names none. */
    public static long read(Headers headers) {
        Header header = headers.lastHeader(KEY);
        return header == null || header.value() == null || header.value().length != Long.BYTES
                ? RawRecord.NO_UID
                : ByteBuffer.wrap(header.value()).getLong();
    }
}
