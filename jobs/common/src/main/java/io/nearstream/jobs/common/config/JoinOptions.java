package io.nearstream.jobs.common.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** The options of the join job; on the same page as all others. */
public final class JoinOptions {
    public static final ConfigOption<String> JOB =
            key("nearstream.join.job")
                    .stringType()
                    .defaultValue("join")
                    .withDescription(
                            "Name of the join job, which its matches carry: 1 to 64 characters of [a-z0-9-]. Jobs that run side by side need different names.");

    public static final ConfigOption<String> LEFT =
            key("nearstream.join.left")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The collection that is joined; it exists when the job is submitted. A collection that is created again under its name is another.");

    public static final ConfigOption<String> RIGHT =
            key("nearstream.join.right")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "The collection that it is joined with, of the same metric, encoding and dimensions; empty: with itself.");

    public static final ConfigOption<Double> EPS =
            key("nearstream.join.eps")
                    .doubleType()
                    .noDefaultValue()
                    .withDescription(
                            "The largest distance of a pair, in the metric of the collections: 0 or more, under COSINE at most 2, under JACCARD below 1.");

    public static final ConfigOption<Double> VISITING =
            key("nearstream.join.visiting")
                    .doubleType()
                    .defaultValue(1.0)
                    .withDescription(
                            "How far a record looks into cells beside its own, of the way that finds every pair: above 0, at most 1. Less finds fewer pairs at a part of the cost: .5 finds .99 of the near pairs of images with a quarter of the distances. Of cells only: to be left out under JACCARD and with one bucket.");

    public static final ConfigOption<Duration> WINDOW =
            key("nearstream.join.window")
                    .durationType()
                    .defaultValue(Duration.ZERO)
                    .withDescription(
                            "The largest difference of the event times of a pair; 0 ms: any. Up to 3650 days.");

    public static final ConfigOption<Duration> LATENESS =
            key("nearstream.join.lateness")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "With a window: how much later than another record's one may be written than their event times say, at most; 0 ms to 3650 days. Records that were written window and lateness ago are forgotten: they take up nothing, pair with nothing, and their pairs stand for good, also where they are deleted later. Without this option they are kept as long as their collection keeps them.");

    public static final ConfigOption<Integer> NEAREST =
            key("nearstream.join.nearest")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "Of the pairs of a record with earlier ones, so many nearest ones are said; 0: all. At most 1,000. A job whose state is of another number is refused: it would not take back what was said before. For the nearest however far they are, let eps be the largest distance there can be: each record then visits all cells.");

    public static final ConfigOption<String> UNIQUE_INTO =
            key("nearstream.join.unique-into")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "Drops the later record of a pair: instead of saying pairs, the job keeps another collection, of the same metric, encoding and dimensions, which exists when the job is submitted and nobody else writes, and in which every record of the left one is that has no earlier record within eps when it is written. Updates, deletes and expiries follow. A record that was dropped still counts for those after it, and does not come when its partner goes. Empty: pairs are said.");

    public static final ConfigOption<Buckets> BUCKETS =
            key("nearstream.join.buckets")
                    .enumType(Buckets.class)
                    .defaultValue(Buckets.LEARNED)
                    .withDescription(
                            "'learned' divides records among the cells that the left collection has when the job is first submitted, which must be learned by then; 'one' compares every record with every other, on one subtask. Under JACCARD 'learned' divides sets by bands of minimum hashes instead: nearstream.join.tables.");

    public static final ConfigOption<Integer> TABLES =
            key("nearstream.join.tables")
                    .intType()
                    .defaultValue(20)
                    .withDescription(
                            "Of JACCARD only: bands of minimum hashes that a set is put in, 1 to 32. A pair of similarity s shares one with a probability of about 1 - (1 - s^hashes)^tables.");

    public static final ConfigOption<Integer> HASHES =
            key("nearstream.join.hashes")
                    .intType()
                    .defaultValue(5)
                    .withDescription("Of JACCARD only: minimum hashes of a band, 1 to 32.");

    public static final ConfigOption<MemorySize> WAITING_BYTES =
            key("nearstream.join.waiting-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(32))
                    .withDescription(
                            "Heap of a subtask for records that wait until all before them are there; more wait in RocksDB. 64 KiB to 1 GiB.");

    public static final ConfigOption<MemorySize> CACHE_BYTES =
            key("nearstream.join.cache-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "Heap of a subtask for the buckets that were used last. 64 KiB to 1 GiB.");

    /** Where records of a join live. */
    public enum Buckets {
        LEARNED,
        ONE
    }

    private JoinOptions() {}
}
