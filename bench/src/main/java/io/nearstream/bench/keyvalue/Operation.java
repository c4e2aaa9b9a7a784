package io.nearstream.bench.keyvalue;

import java.util.Locale;

/** What a workload does with a key. */
public enum Operation {
    READ,
    UPDATE,
    INSERT,
    /** A read, and then a put that is applied only if nobody has put meanwhile. */
    READ_MODIFY_WRITE;

    /** Its name in a report. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
