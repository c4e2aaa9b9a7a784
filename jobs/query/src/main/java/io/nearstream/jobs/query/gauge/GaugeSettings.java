package io.nearstream.jobs.query.gauge;

import java.io.Serializable;

/**
 * How recall is gauged.
 *
 * @param job the query job
 * @param share of probes that are gauged, 0 to 1; 0 for none
 * @param ratePerSecond probes that a router has gauged in a second, at most
 * @param sliceRecords records of a collection's slice, at most
 * @param clockBoundMs how far the brokers' clocks may be apart
 * @param directoryPollMs how often news of collections are looked for
 */
public record GaugeSettings(
        String job,
        double share,
        int ratePerSecond,
        int sliceRecords,
        long clockBoundMs,
        long directoryPollMs)
        implements Serializable {
    /** Bytes of the rows of a slice, at most. */
    public static final int SLICE_BYTES_MAX = 16 << 20;

    /**
     * Whether the probe of this id is one of the share: router and merge decide alike, without a
     * word between them.
     */
    public boolean samples(String probeId) {
        if (share <= 0) {
            return false;
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < probeId.length(); i++) {
            hash = (hash ^ probeId.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        return (hash >>> 11) * 0x1.0p-53 < share;
    }
}
