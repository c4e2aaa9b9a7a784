package io.nearstream.jobs.common.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.nearstream.core.model.Limits;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Every option of the jobs; {@code docs/reference/options.md} is generated from this class. */
public final class NearstreamOptions {
    public static final ConfigOption<String> BOOTSTRAP =
            key("nearstream.kafka.bootstrap")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Kafka's address, HOST:PORT[,HOST:PORT...].");
    public static final ConfigOption<Integer> PARALLELISM =
            key("nearstream.parallelism")
                    .intType()
                    .defaultValue(1)
                    .withDescription(
                            "Subtasks of every operator of a job, 1 to pipeline.max-parallelism.");
    public static final ConfigOption<String> QUERY_JOB =
            key("nearstream.query.job")
                    .stringType()
                    .defaultValue("query")
                    .withDescription(
                            "Name of the query job: 1 to 64 characters of [a-z0-9-]. Jobs that run side by side on the same topics need different names.");

    public static final ConfigOption<Routing> ROUTING =
            key("nearstream.query.routing")
                    .enumType(Routing.class)
                    .defaultValue(Routing.PROBE)
                    .withDescription(
                            "'probe' sends a probe only to the subtasks that own its buckets; 'broadcast' to every subtask, to show what routing saves.");

    public static final ConfigOption<Duration> TICK_IDLE =
            key("nearstream.ingest.tick-idle")
                    .durationType()
                    .defaultValue(Duration.ofMillis(50))
                    .withDescription(
                            "A partition without writes for this long gets a Tick, so that time goes on in it; after a write elsewhere, one without writes for half as long. 5 ms to 10 s.");

    public static final ConfigOption<Duration> WRITE_BUFFER_TIMEOUT =
            key("nearstream.write-buffer-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMillis(1))
                    .withDescription(
                            "How long a write waits between two tasks for a fuller buffer, three times on its way to its buckets. Threads of every such task wake up as often, also when there is nothing to send: longer where cores are few or slow. 0 ms (never, at the price of throughput) to 1 s.");

    public static final ConfigOption<Duration> PROGRESS_INTERVAL =
            key("nearstream.ingest.progress-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(20))
                    .withDescription(
                            "How often each sink subtask says how far it is, at most. 1 ms to 10 s.");

    public static final ConfigOption<Duration> TOMBSTONE_HORIZON =
            key("nearstream.tombstone-horizon")
                    .durationType()
                    .defaultValue(Duration.ofDays(8))
                    .withDescription(
                            "How long a delete is remembered; longer than the retention of nearstream.vectors.v1 and nearstream.kv-writes.v1, or a replay could bring a deleted record or key back.");

    public static final ConfigOption<Duration> TRAINING_WAIT =
            key("nearstream.ingest.first-training-wait")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(3))
                    .withDescription(
                            "How long writes that are late already wait, once for a collection, while its first buckets are learned: else a bulk load places everything twice. Writes of other collections pass meanwhile. 0 ms (never) to 1 min.");

    public static final ConfigOption<Duration> SINK_LINGER =
            key("nearstream.kafka.linger")
                    .durationType()
                    .defaultValue(Duration.ofMillis(2))
                    .withDescription(
                            "How long changes of records and keys, and dead letters, wait for a fuller batch. 0 ms to 1 s.");

    public static final ConfigOption<MemorySize> FETCH_BYTES =
            key("nearstream.kafka.fetch-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(50))
                    .withDescription(
                            "What a subtask of a source asks a broker for at once, of all its partitions, of each 4 MiB at most; a larger record still comes, alone. It takes up to twice as much heap, and once as much direct memory. 64 KiB to 1 GiB.");

    public static final ConfigOption<Duration> FETCH_WAIT =
            key("nearstream.kafka.fetch-wait")
                    .durationType()
                    .defaultValue(Duration.ofMillis(100))
                    .withDescription(
                            "How long a broker holds a request of a source that it has nothing new for. Threads of the broker and of each source subtask wake up as often when there is nothing to read: longer where cores are few or slow. A partition whose records are still being read when the next request is made waits as long for the one after it. 10 ms to 10 s.");

    public static final ConfigOption<MemorySize> SINK_BUFFER_BYTES =
            key("nearstream.kafka.sink-buffer-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(32))
                    .withDescription(
                            "Heap of a subtask of a sink for records that the broker has not taken yet; when it is full, the subtask waits. 6 MiB to 1 GiB.");

    public static final ConfigOption<Integer> LIFE_WRITES_MIN =
            key("nearstream.ingest.generation-writes-min")
                    .intType()
                    .defaultValue(5_000)
                    .withDescription(
                            "After a generation of learned buckets, the next one, which splits overfull buckets and drops nearly empty ones, comes after so many writes to the collection and deletes at the earliest, and after a tenth of its records. 100 to 1,000,000,000.");

    public static final ConfigOption<Duration> LIFE_INTERVAL =
            key("nearstream.ingest.generation-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "After a generation of learned buckets, the next one comes after so long at the earliest (and see nearstream.ingest.generation-writes-min), so that a fast load is not slowed down by trainings; after a fifth of it where more than a quarter of the buckets, and at least 16, have become nearly empty. 0 ms to 1 day.");

    public static final ConfigOption<Integer> LIFE_SPLITS_MAX =
            key("nearstream.ingest.generation-splits-max")
                    .intType()
                    .defaultValue(1_024)
                    .withDescription(
                            "Overfull buckets that one generation splits, at most: their entries move. 0 to 65,536; 0 leaves buckets as generation 1 made them.");

    public static final ConfigOption<MemorySize> TAIL_BYTES =
            key("nearstream.query.tail-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(8))
                    .withDescription(
                            "Heap of a bucket subtask for entries that are not in RocksDB yet, 64 KiB to 1 GiB.");

    public static final ConfigOption<MemorySize> CACHE_BYTES =
            key("nearstream.query.cache-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(128))
                    .withDescription(
                            "Heap of a bucket subtask for the entries of buckets that were read last, and for their codes; 0 keeps none. 0 to 1 GiB.");

    public static final ConfigOption<MemorySize> RECORD_CACHE_BYTES =
            key("nearstream.query.record-cache-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(32))
                    .withDescription(
                            "Heap of a record store subtask for the vectors that were scored last, where buckets keep codes; 0 keeps none. 0 to 1 GiB.");

    public static final ConfigOption<MemorySize> ANSWER_CACHE_BYTES =
            key("nearstream.query.answer-cache-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ZERO)
                    .withDescription(
                            "Heap of a bucket subtask for answers to probes that are asked again while nothing changes in the buckets they visit; 0 keeps none. 0 to 1 GiB.");

    public static final ConfigOption<MemorySize> BLOCK_BYTES =
            key("nearstream.query.block-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.parse("32kb"))
                    .withDescription(
                            "A bucket's entries go to RocksDB as soon as they fill a block of this size, 1 KiB to 4 MiB.");

    public static final ConfigOption<Integer> PENDING_MAX =
            key("nearstream.query.pending-max")
                    .intType()
                    .defaultValue(10_000)
                    .withDescription(
                            "Probes that one subtask keeps waiting, for a time to read as of or for partial answers; more are refused. 1 to 1,000,000.");

    public static final ConfigOption<Duration> DEADLINE_DEFAULT =
            key("nearstream.query.deadline-default")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription("Deadline of a probe that names none. 1 ms to 60 s.");

    public static final ConfigOption<Integer> PROBE_BUCKETS_MAX =
            key("nearstream.query.probe-buckets-max")
                    .intType()
                    .defaultValue(65_536)
                    .withDescription(
                            "Buckets that a probe may name by hand (probes), times its query vectors; more are refused. 1 to 16,777,216.");

    public static final ConfigOption<Integer> FILTER_BUCKETS_MAX =
            key("nearstream.query.filter-buckets-max")
                    .intType()
                    .defaultValue(1_024)
                    .withDescription(
                            "Where a filter lets few records through, a probe with a target recall goes on to more buckets, up to so many; the answer says when that was not enough. 1 to 65,536.");

    public static final ConfigOption<Double> RECALL_SHARE =
            key("nearstream.query.recall-share")
                    .doubleType()
                    .defaultValue(0.01)
                    .withDescription(
                            "Share of the probes with a target recall and without a filter that are also answered exactly from a slice of the records, to estimate recall and to correct the number of buckets; 0 for none. 0 to 1.");

    public static final ConfigOption<Integer> RECALL_RATE =
            key("nearstream.query.recall-rate")
                    .intType()
                    .defaultValue(2)
                    .withDescription(
                            "Probes of nearstream.query.recall-share that a subtask has compared in a second, at most. 1 to 1,000.");

    public static final ConfigOption<Integer> RECALL_SLICE =
            key("nearstream.query.recall-slice")
                    .intType()
                    .defaultValue(4_096)
                    .withDescription(
                            "Records of a collection's slice, at most, and at most 16 MiB of them: on one subtask's heap and in its state. More make the estimate of recall sharper. 64 to 65,536.");

    public static final ConfigOption<Integer> MOVES_PER_SECOND =
            key("nearstream.query.moves-per-second")
                    .intType()
                    .defaultValue(100_000)
                    .withDescription(
                            "Entries that buckets which a new generation no longer has give up in a second, of each bucket subtask at most; probes are served in between. 1 to 10,000,000.");

    public static final ConfigOption<Duration> STRONG_CLOCK_BOUND =
            key("nearstream.query.strong-clock-bound")
                    .durationType()
                    .defaultValue(Duration.ZERO)
                    .withDescription(
                            "How far the brokers' clocks may be apart, or one may be set back: a STRONG probe waits so much longer. 0 to 10 s; with one broker 0 is enough.");

    public static final ConfigOption<Duration> DIRECTORY_POLL =
            key("nearstream.directory-poll")
                    .durationType()
                    .defaultValue(Duration.ofMillis(20))
                    .withDescription(
                            "How often operators look for news of collections: new generations, drops. 1 ms to 10 s.");

    public static final ConfigOption<Integer> LIMIT_ID_BYTES =
            limit("id-bytes", Limits.DEFAULT.idBytes(), "Bytes of UTF-8 of an id", "32,767");
    public static final ConfigOption<Integer> LIMIT_DIMENSIONS =
            limit("dimensions", Limits.DEFAULT.dimensions(), "Dimensions of a vector", "65,536");
    public static final ConfigOption<Integer> LIMIT_LABELS =
            limit("labels", Limits.DEFAULT.labels(), "Labels of a record", "255");
    public static final ConfigOption<Integer> LIMIT_LABEL_BYTES =
            limit("label-bytes", Limits.DEFAULT.labelBytes(), "Bytes of UTF-8 of a label", "255");
    public static final ConfigOption<Integer> LIMIT_PAYLOAD_BYTES =
            limit("payload-bytes", Limits.DEFAULT.payloadBytes(), "Bytes of a payload", "3 MiB");
    public static final ConfigOption<Integer> LIMIT_K =
            limit("k", Limits.DEFAULT.k(), "Nearest neighbours that a probe asks for", "100,000");
    public static final ConfigOption<Integer> LIMIT_RANGE_HITS =
            limit("range-hits", Limits.DEFAULT.rangeHits(), "Hits of a range answer", "100,000");
    public static final ConfigOption<Integer> LIMIT_BATCH_VECTORS =
            limit(
                    "batch-vectors",
                    Limits.DEFAULT.batchVectors(),
                    "Query vectors of a probe",
                    "4,096");
    public static final ConfigOption<Integer> LIMIT_BATCH_BYTES =
            limit(
                    "batch-bytes",
                    Limits.DEFAULT.batchBytes(),
                    "Bytes of a probe's query vectors",
                    "3 MiB");
    public static final ConfigOption<Duration> LIMIT_DEADLINE =
            key("nearstream.limits.deadline")
                    .durationType()
                    .defaultValue(Duration.ofMillis(Limits.DEFAULT.deadlineMs()))
                    .withDescription("Longest deadline of a probe. 1 ms to 100 s.");

    public static final ConfigOption<Integer> LIMIT_KEY_BYTES =
            limit(
                    "key-bytes",
                    Limits.DEFAULT.keyBytes(),
                    "The Java client writes and reads keys of up to 1 KiB. Bytes of UTF-8 of a key",
                    "16 KiB");
    public static final ConfigOption<Integer> LIMIT_VALUE_BYTES =
            limit(
                    "value-bytes",
                    Limits.DEFAULT.valueBytes(),
                    "The Java client writes values of up to 1 MiB. Bytes of a key's value",
                    "3 MiB");

    /** How probes find their subtasks. */
    public enum Routing {
        PROBE,
        BROADCAST
    }

    private NearstreamOptions() {}

    private static ConfigOption<Integer> limit(String name, int value, String what, String most) {
        return key("nearstream.limits." + name)
                .intType()
                .defaultValue(value)
                .withDescription("%s, at most. 1 to %s.".formatted(what, most));
    }
}
