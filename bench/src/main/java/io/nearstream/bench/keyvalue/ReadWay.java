package io.nearstream.bench.keyvalue;

import java.util.Locale;

/** How keys are read. */
public enum ReadWay {
    /** From the state of the running job. */
    LIVE,
    /** Through the log. */
    STRONG,
    /** From the near cache of the client, which reads live what it does not hold. */
    CACHED;

    /** Its name in a report. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
