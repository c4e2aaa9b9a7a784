package io.nearstream.cluster;

/**
 * How a process is, for a screen.
 *
 * @param name of the node
 * @param role what it is
 * @param state {@code running}, {@code stopped} (by a signal) or {@code dead}
 * @param pid its process id
 * @param address where it can be reached, or empty
 * @param upMs since its start, 0 where dead
 * @param residentBytes memory that it has, 0 where that is not known
 */
public record NodeStatusReport(
        String name,
        NodeRole role,
        String state,
        long pid,
        String address,
        long upMs,
        long residentBytes) {
    /** Neither dead nor stopped. */
    public boolean isRunning() {
        return "running".equals(state);
    }
}
