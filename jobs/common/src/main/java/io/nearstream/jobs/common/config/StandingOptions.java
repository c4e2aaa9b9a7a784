package io.nearstream.jobs.common.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** The options of the standing-query job; on the same page as all others. */
public final class StandingOptions {
    public static final ConfigOption<String> JOB =
            key("nearstream.standing.job")
                    .stringType()
                    .defaultValue("standing")
                    .withDescription(
                            "Name of the standing-query job: 1 to 64 characters of [a-z0-9-]. Jobs that run side by side need different names.");

    public static final ConfigOption<String> COLLECTION =
            key("nearstream.standing.collection")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The collection whose standing queries are kept; it exists when the job is submitted. A collection that is created again under its name is another.");

    public static final ConfigOption<Cells> CELLS =
            key("nearstream.standing.cells")
                    .enumType(Cells.class)
                    .defaultValue(Cells.LEARNED)
                    .withDescription(
                            "'learned' divides records among the cells that the collection has when the job is first submitted, which must be learned by then; 'one' compares every record with every query. INNER_PRODUCT and JACCARD need 'one'.");

    public static final ConfigOption<Integer> PROBES =
            key("nearstream.standing.probes")
                    .intType()
                    .defaultValue(64)
                    .withDescription(
                            "Cells that a query visits which does not say how many, 1 to 65,536.");

    public static final ConfigOption<Integer> SHARDS =
            key("nearstream.standing.shards")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "Parts that queries are divided into, each with all records: at least the parallelism, as permanent as the state, at most 128. 0: as many as the state has that the job goes on from; without state, or where nobody has looked ('flink run -s'), as many as the parallelism.");

    public static final ConfigOption<Integer> QUERIES_MAX =
            key("nearstream.standing.queries-max")
                    .intType()
                    .defaultValue(200_000)
                    .withDescription(
                            "Standing queries of a shard, and names that wait to begin there: more are refused, unless others that wait are dropped or their leases over, which are forgotten then. Where about as many registrations wait, only the newest of each name is kept. 1 to 10,000,000.");

    public static final ConfigOption<Integer> RECORDS_MAX =
            key("nearstream.standing.records-max")
                    .intType()
                    .defaultValue(2_000_000)
                    .withDescription(
                            "Records that a shard holds on its heap: with more the job fails, and says so. 1 to 100,000,000.");

    public static final ConfigOption<Integer> DIFFERENCES_PER_SECOND =
            key("nearstream.standing.differences-per-second")
                    .intType()
                    .defaultValue(100)
                    .withDescription(
                            "Differences, and snapshots, that a query says in a second of the writes' time; then it says that it is limited, and a snapshot comes. 1 to 1,000,000.");

    public static final ConfigOption<MemorySize> WAITING_BYTES =
            key("nearstream.standing.waiting-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(32))
                    .withDescription(
                            "Heap of a subtask for changes that wait until all before them are there; more wait in RocksDB. 64 KiB to 1 GiB.");

    /** Where records live. */
    public enum Cells {
        LEARNED,
        ONE
    }

    private StandingOptions() {}
}
