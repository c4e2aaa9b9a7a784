package io.nearstream.chaos.net;

import java.util.SplittableRandom;

/**
 * When the bytes of one direction of one connection are handed on. Draws once for each segment of
 * the stream, wherever reads happen to cut it: the same seed and links give the same stream the
 * same fate. Not thread-safe.
 */
final class Shaper {
    /** Instead of a time: the connection is reset. */
    static final long RESET = Long.MIN_VALUE;

    private static final long FIRST_REPETITION_NANOS = 200_000_000L;
    private static final int REPETITIONS_MAX = 6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final SplittableRandom random;
    private long position;
    private long free = Long.MIN_VALUE;
    private long last = Long.MIN_VALUE;

    Shaper(SplittableRandom random) {
        this.random = random;
    }

    /**
     * When bytes are handed on.
     *
     * @param now when they came, nanoseconds
     * @return a time not before that of the bytes before them, or {@link #RESET}
     */
    long due(Link link, long now, int bytes) {
        long segments = segments(position + bytes) - segments(position);
        position += bytes;
        long late = link.delay().toNanos();
        long stall = 0;
        long jitter = 0;
        for (long i = 0; i < segments; i++) {
            double reset = random.nextDouble();
            double more = random.nextDouble();
            long again = repetitions(link.loss(), random.nextLong());
            if (reset < link.reset() || again < 0) {
                return RESET;
            }
            stall += again;
            jitter = Math.max(jitter, (long) (more * link.jitter().toNanos()));
        }
        long sent = now;
        if (link.bytesPerSecond() > 0) {
            sent = Math.max(now, free) + (long) (bytes * NANOS_PER_SECOND / link.bytesPerSecond());
            free = sent;
        }
        last = Math.max(last, sent + late + jitter + stall);
        return last;
    }

    /** How many segments have begun before this place in the stream. */
    private static long segments(long place) {
        return (place + Link.SEGMENT_BYTES - 1) / Link.SEGMENT_BYTES;
    }

    /** Nanoseconds until a segment comes through; -1 if it never does. */
    private static long repetitions(double loss, long seed) {
        SplittableRandom draws = new SplittableRandom(seed);
        long wait = FIRST_REPETITION_NANOS;
        long stall = 0;
        for (int i = 0; i < REPETITIONS_MAX; i++) {
            if (!(draws.nextDouble() < loss)) {
                return stall;
            }
            stall += wait;
            wait *= 2;
        }
        return -1;
    }
}
