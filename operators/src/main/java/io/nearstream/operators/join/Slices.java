package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRouting;

/**
 * Cuts what one watermark lets out into slices of times, each followed by a watermark of its own:
 * so what receivers hold back stays small. Not thread-safe.
 */
final class Slices {
    /** Of cells: many visits of each, which a receiver applies together. */
    private static final long BYTES = 4 << 20;

    /** Of bands, where hardly two are of one bucket: it is better that they fit the processor. */
    private static final long BYTES_OF_BANDS = 512 << 10;

    private final long bytesMax;
    private long bytes;
    private long last;

    private Slices(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    static Slices of(JoinRouting routing) {
        return new Slices(routing.livesEverywhere() ? BYTES_OF_BANDS : BYTES);
    }

    /** A watermark comes behind another one. */
    void begin(long watermarkBefore) {
        last = watermarkBefore;
    }

    /** Something is sent. */
    void add(int size) {
        bytes += size;
    }

    /**
     * Whether a slice ends in front of a time, no earlier than those before; then the next begins.
     */
    boolean isFullBefore(long time) {
        boolean full = bytes > bytesMax && time > last;
        if (full) {
            bytes = 0;
        }
        last = time;
        return full;
    }
}
