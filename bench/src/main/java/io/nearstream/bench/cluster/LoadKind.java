package io.nearstream.bench.cluster;

/** What is asked of a cluster, one operation after the other. */
public enum LoadKind {
    /** Live reads of keys. */
    GETS,
    /** Puts of keys, each until it is in force. */
    PUTS,
    /** Searches. */
    PROBES,
    /** Gets, puts, probes and writes of vectors, in shares of 50, 20, 20 and 10 per cent. */
    MIXED
}
