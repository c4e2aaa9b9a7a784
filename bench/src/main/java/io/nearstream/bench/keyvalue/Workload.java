package io.nearstream.bench.keyvalue;

/**
 * The core workloads of YCSB (Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", 2010).
 * E is left out: it scans ranges of keys, and keys that are spread by their hash have no order.
 */
public enum Workload {
    /** A session store: 50 % reads, 50 % updates. */
    A(50, 50, 0, 0, Distribution.ZIPFIAN),
    /** Photo tags: 95 % reads, 5 % updates. */
    B(95, 5, 0, 0, Distribution.ZIPFIAN),
    /** Profiles that are made elsewhere: reads only. */
    C(100, 0, 0, 0, Distribution.ZIPFIAN),
    /** Status messages: 95 % reads, mostly of the newest, 5 % inserts. */
    D(95, 0, 5, 0, Distribution.LATEST),
    /** A user's own record: 50 % reads, 50 % reads that are followed by a conditional put. */
    F(50, 0, 0, 50, Distribution.ZIPFIAN);

    private static final int PERCENT = 100;

    private final int reads;
    private final int updates;
    private final int inserts;
    private final int modifies;
    private final Distribution distribution;

    Workload(int reads, int updates, int inserts, int modifies, Distribution distribution) {
        this.reads = reads;
        this.updates = updates;
        this.inserts = inserts;
        this.modifies = modifies;
        this.distribution = distribution;
    }

    /** Which keys it uses. */
    public Distribution distribution() {
        return distribution;
    }

    /** Whether it makes new keys. */
    boolean inserts() {
        return inserts > 0;
    }

    /** Whether it changes keys. */
    boolean writes() {
        return reads < PERCENT;
    }

    /** The operation that a roll of a die from 0 to 99 stands for. */
    Operation operation(int percentile) {
        if (percentile < reads) {
            return Operation.READ;
        }
        if (percentile < reads + updates) {
            return Operation.UPDATE;
        }
        return percentile < reads + updates + inserts
                ? Operation.INSERT
                : Operation.READ_MODIFY_WRITE;
    }
}
