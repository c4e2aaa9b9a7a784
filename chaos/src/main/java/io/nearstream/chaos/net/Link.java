package io.nearstream.chaos.net;

import java.time.Duration;

/**
 * What one direction of a connection is like; {@link #CLEAR} is a good one, {@code with...} changes
 * one thing. TCP hides what a network loses, so loss shows as it does above TCP: as a stall for
 * each time that a segment would be sent again, and as a reset once that has been tried in vain.
 *
 * @param delay of every byte, 0 to 1 min
 * @param jitter added to it, up to this much, drawn for each segment, 0 to 1 min; order is kept
 * @param loss share of segments that are lost, 0 to 1, and of their repetitions
 * @param reset share of segments at which the connection is reset, 0 to 1
 * @param swallow whether bytes vanish, as if the other end were gone without a word
 * @param bytesPerSecond most that go through; 0 for any
 */
public record Link(
        Duration delay,
        Duration jitter,
        double loss,
        double reset,
        boolean swallow,
        long bytesPerSecond) {
    /** Bytes of a segment: the payload of an Ethernet frame. */
    public static final int SEGMENT_BYTES = 1_460;

    // Before the links that it checks.
    private static final Duration DELAY_MAX = Duration.ofMinutes(1);

    /** Nothing is wrong with it. */
    public static final Link CLEAR = new Link(Duration.ZERO, Duration.ZERO, 0, 0, false, 0);

    public Link {
        within("delay", delay);
        within("jitter", jitter);
        share("loss", loss);
        share("reset", reset);
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "bytesPerSecond must be at least 1, or 0 for any, but was %d."
                            .formatted(bytesPerSecond));
        }
    }

    /** The same with a delay, and up to so much more. */
    public Link withDelay(Duration least, Duration more) {
        return new Link(least, more, loss, reset, swallow, bytesPerSecond);
    }

    /** The same losing a share of segments. */
    public Link withLoss(double share) {
        return new Link(delay, jitter, share, reset, swallow, bytesPerSecond);
    }

    /** The same resetting the connection at a share of segments. */
    public Link withReset(double share) {
        return new Link(delay, jitter, loss, share, swallow, bytesPerSecond);
    }

    /** The same swallowing everything. */
    public Link swallowing() {
        return new Link(delay, jitter, loss, reset, true, bytesPerSecond);
    }

    /** The same letting so many bytes through in a second. */
    public Link withRate(long bytes) {
        return new Link(delay, jitter, loss, reset, swallow, bytes);
    }

    private static void within(String name, Duration value) {
        if (value.isNegative() || value.compareTo(DELAY_MAX) > 0) {
            throw new IllegalArgumentException(
                    "%s must be between 0 and %s, but was %s.".formatted(name, DELAY_MAX, value));
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    "%s must be between 0 and 1, but was %s.".formatted(name, value));
        }
    }
}
