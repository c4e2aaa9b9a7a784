package io.nearstream.jobs.common.config;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.flink.api.common.JobID;

/**
 * Ids of our jobs in Flink: the same in every run, so that checkpoints are found again and a client
 * of queryable state knows its job.
 */
public final class JobIds {
    /** The job that keeps the keys. */
    public static final JobID INGEST = of("ingest");

    private JobIds() {}

    /** The id of the job of that name. */
    public static JobID of(String jobName) {
        UUID hash =
                UUID.nameUUIDFromBytes(("nearstream/" + jobName).getBytes(StandardCharsets.UTF_8));
        return new JobID(hash.getLeastSignificantBits(), hash.getMostSignificantBits());
    }
}
