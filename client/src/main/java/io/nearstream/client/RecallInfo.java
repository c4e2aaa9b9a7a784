package io.nearstream.client;

/**
 * The recall of a query job's answers, as the job estimates it while it runs.
 *
 * @param job the query job
 * @param generation of the buckets that the answers came from
 * @param recall the estimate, 0 to 1
 * @param low lower end of its 95 % interval
 * @param high upper end of its 95 % interval
 * @param probes answers that it was made of
 * @param correction factor on the calibrated number of buckets from then on
 */
public record RecallInfo(
        String job,
        int generation,
        double recall,
        double low,
        double high,
        int probes,
        double correction) {}
