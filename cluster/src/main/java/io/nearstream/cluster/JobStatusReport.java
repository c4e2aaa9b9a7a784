package io.nearstream.cluster;

import java.util.Map;

/**
 * How a job is, for a screen.
 *
 * @param name of the job, for example {@code ingest}
 * @param state Flink's word for it, or {@code ABSENT}
 * @param parallelism subtasks of its widest operator, 0 where absent
 * @param lag records of each topic that it has not read as of its last checkpoint
 * @param checkpointAgeMs since the newest completed checkpoint was begun, -1 without one
 * @param checkpointMs that it took
 * @param checkpointBytes size of the state
 * @param failedSince checkpoints that failed after the newest completed one: 1 or more when the
 *     last one failed
 */
public record JobStatusReport(
        String name,
        String state,
        int parallelism,
        Map<String, Long> lag,
        long checkpointAgeMs,
        long checkpointMs,
        long checkpointBytes,
        long failedSince) {
    /** Copies the map. */
    public JobStatusReport {
        lag = Map.copyOf(lag);
    }

    static JobStatusReport absent(String name) {
        return new JobStatusReport(name, "ABSENT", 0, Map.of(), -1, 0, 0, 0);
    }

    /** All topics together. */
    public long totalLag() {
        return lag.values().stream().mapToLong(Long::longValue).sum();
    }
}
