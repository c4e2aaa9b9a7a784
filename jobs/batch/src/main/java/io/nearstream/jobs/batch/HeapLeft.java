package io.nearstream.jobs.batch;

/** How much of the heap that a run may take is left. Belongs to one thread. */
public final class HeapLeft {
    private static final long MIB = 1L << 20;

    private final long of;
    private long bytes;

    /**
     * @param bytes of all that is taken, 1 or more
     */
    public HeapLeft(long bytes) {
        this.of = bytes;
        this.bytes = bytes;
    }

    /**
     * Takes some; at least 1 byte stays.
     *
     * @param what takes it, for people
     * @throws BatchFailure if that is more than is left
     */
    public void take(long wanted, String what) {
        if (wanted >= bytes) {
            throw tooMuch(of, what);
        }
        bytes -= wanted;
    }

    /** Bytes, 1 or more. */
    public long left() {
        return bytes;
    }

    /**
     * A run that needs more heap than it may take.
     *
     * @param allowed bytes
     */
    public static BatchFailure tooMuch(long allowed, String what) {
        return new BatchFailure(
                "%s: more than --memory, %,d MiB of heap. Give more: --memory and, where the heap itself is smaller, -Xmx in NEARSTREAM_JAVA_OPTS."
                        .formatted(what, allowed / MIB));
    }
}
