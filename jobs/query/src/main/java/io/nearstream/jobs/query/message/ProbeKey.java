package io.nearstream.jobs.query.message;

/**
 * A probe's identity inside the job: where it stands in its topic. Clients may choose equal ids;
 * positions never mix.
 *
 * @param partition of the probes topic
 * @param offset in that partition
 */
public record ProbeKey(int partition, long offset) {
    /** Spelled out, since what a record's own hash code is may differ between JVMs. */
    @Override
    public int hashCode() {
        return 31 * partition + Long.hashCode(offset);
    }
}
