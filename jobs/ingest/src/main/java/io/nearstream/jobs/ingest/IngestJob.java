package io.nearstream.jobs.ingest;

import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.control.KafkaCollectionDirectory;
import io.nearstream.jobs.common.kafka.KafkaBuffers;
import io.nearstream.jobs.common.kafka.KafkaSinks;
import io.nearstream.jobs.common.kafka.KafkaSources;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.backfill.Backfill;
import io.nearstream.jobs.ingest.backfill.EarlierState;
import io.nearstream.jobs.ingest.backfill.KafkaRetainedWrites;
import io.nearstream.jobs.ingest.tick.KafkaLogEnds;
import io.nearstream.jobs.ingest.time.AppendTimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The ingest job: reads the configuration, connects {@link IngestTopology} and {@link
 * KeyValueTopology} to Kafka, runs them.
 *
 * <p>Changes and dead letters go through transactional sinks, so for a reader of committed records
 * each write becomes one change or one dead letter. The query job reads uncommitted and does not
 * wait for a checkpoint; it drops repeats by their version. Ticks, codebooks and answers are
 * written at least once: one more is harmless.
 */
public final class IngestJob {
    /** Shown in the web UI. */
    public static final String NAME = "Nearstream ingest";

    private static final String GROUP = "nearstream-ingest";
    private static final String CHANGES_TRANSACTIONS = "nearstream-ingest-changes";
    private static final String DEAD_TRANSACTIONS = "nearstream-ingest-dead-letters";
    private static final String KV_CHANGES_TRANSACTIONS = "nearstream-ingest-kv-changes";
    private static final String KV_DEAD_TRANSACTIONS = "nearstream-ingest-kv-dead-letters";
    private static final int MAX_PARALLELISM = 128;
    private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(5);
    private static final double HEARTBEATS_PER_IDLE_TIME = 3;

    private IngestJob() {}

    /** Runs the job on the cluster that the process is started for; see {@link IngestArguments}. */
    public static void main(String[] args) throws Exception {
        Configuration config = IngestArguments.parse(args);
        environment(config).execute(NAME);
    }

    /** The job for a cluster of one's own. The topics must exist. */
    public static JobGraph jobGraph(Configuration config) {
        return environment(config).getStreamGraph().getJobGraph();
    }

    private static StreamExecutionEnvironment environment(Configuration given) {
        OptionValues.requireKnown(given);
        Configuration config = withDefaults(given);
        IngestSettings settings = IngestSettings.read(config, Instant.now().getEpochSecond());
        String bootstrap = OptionValues.required(config, NearstreamOptions.BOOTSTRAP);
        Duration linger =
                Duration.ofMillis(
                        OptionValues.millis(config, NearstreamOptions.SINK_LINGER, 0, 1_000));
        int parallelism =
                OptionValues.number(
                        config,
                        NearstreamOptions.PARALLELISM,
                        1,
                        config.get(PipelineOptions.MAX_PARALLELISM));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(parallelism);

        KafkaSinks sinks = new KafkaSinks(bootstrap, KafkaBuffers.of(config));
        addVectors(env, sinks, linger, settings, backfill(config, bootstrap, from(env)));
        addKeyValues(env, sinks, linger, settings);
        sink(
                IngestTopology.ticks(
                        heartbeats(env, settings.tickIdleMs()),
                        settings,
                        KafkaLogEnds.provider(
                                bootstrap, List.of(TopicNames.VECTORS, TopicNames.KV_WRITES))),
                sinks.atLeastOnce(Duration.ZERO),
                "ingest.ticks-sink.v1",
                "Write ticks");
        return env;
    }

    private static void addVectors(
            StreamExecutionEnvironment env,
            KafkaSinks sinks,
            Duration linger,
            IngestSettings settings,
            Optional<Backfill> backfill) {
        String bootstrap = sinks.bootstrap();
        DataStream<RawRecord> writes =
                source(
                        env,
                        bootstrap,
                        sinks.buffers(),
                        TopicNames.VECTORS,
                        "ingest.writes-source.v1",
                        "Read writes");
        IngestTopology.Outputs outputs =
                IngestTopology.build(
                        backfill.map(files -> both(env, files, writes)).orElse(writes),
                        backfill.map(Backfill::uid).orElse(""),
                        settings,
                        KafkaCollectionDirectory.provider(bootstrap),
                        () -> KafkaPartitions.count(bootstrap, TopicNames.INDEX_CHANGES));
        sink(
                outputs.changes(),
                sinks.exactlyOnce(linger, CHANGES_TRANSACTIONS),
                "ingest.changes-sink.v1",
                "Write index changes");
        sink(
                outputs.deadLetters(),
                sinks.exactlyOnce(linger, DEAD_TRANSACTIONS),
                "ingest.dead-letters-sink.v1",
                "Write dead letters");
        sink(
                outputs.codebooks(),
                sinks.atLeastOnce(Duration.ZERO),
                "ingest.codebooks-sink.v1",
                "Write codebooks");
    }

    private static void addKeyValues(
            StreamExecutionEnvironment env,
            KafkaSinks sinks,
            Duration linger,
            IngestSettings settings) {
        String bootstrap = sinks.bootstrap();
        KeyValueTopology.Outputs outputs =
                KeyValueTopology.build(
                        source(
                                env,
                                bootstrap,
                                sinks.buffers(),
                                TopicNames.KV_WRITES,
                                "ingest.kv-writes-source.v1",
                                "Read keys"),
                        settings,
                        () -> KafkaPartitions.count(bootstrap, TopicNames.KV_RESULTS),
                        () -> KafkaPartitions.count(bootstrap, TopicNames.KV_CHANGES));
        sink(
                outputs.changes(),
                sinks.exactlyOnce(linger, KV_CHANGES_TRANSACTIONS),
                "ingest.kv-changes-sink.v1",
                "Write key changes");
        sink(
                outputs.results(),
                sinks.atLeastOnce(Duration.ZERO),
                "ingest.kv-results-sink.v1",
                "Write key results");
        sink(
                outputs.refused(),
                sinks.atLeastOnce(Duration.ZERO),
                "ingest.kv-refused-sink.v1",
                "Write key refusals");
        sink(
                outputs.deadLetters(),
                sinks.exactlyOnce(linger, KV_DEAD_TRANSACTIONS),
                "ingest.kv-dead-letters-sink.v1",
                "Write key dead letters");
    }

    private static Configuration withDefaults(Configuration given) {
        Configuration config = new Configuration(given);
        setIfAbsent(config, PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        setIfAbsent(config, ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT);
        config.set(PipelineOptions.NAME, NAME);
        config.set(PipelineOptions.GENERIC_TYPES, false);
        config.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        return config;
    }

    private static <T> void setIfAbsent(Configuration config, ConfigOption<T> option, T value) {
        if (!config.contains(option)) {
            config.set(option, value);
        }
    }

    /**
     * A topic of writes; its watermark is {@link AppendTimes}. A subtask without a partition would
     * hold time back for ever, so there are none.
     */
    private static DataStream<RawRecord> source(
            StreamExecutionEnvironment env,
            String bootstrap,
            KafkaBuffers buffers,
            String topic,
            String uid,
            String name) {
        int partitions = KafkaPartitions.count(bootstrap, topic);
        return env.fromSource(
                        KafkaSources.raw(
                                bootstrap,
                                topic,
                                GROUP,
                                OffsetsInitializer.earliest(),
                                "read_committed",
                                buffers),
                        AppendTimes.strategy(),
                        name)
                .setParallelism(Math.min(env.getParallelism(), partitions))
                .uid(uid);
    }

    /** Versions decide between the two, so nobody has to wait for the other. */
    private static DataStream<RawRecord> both(
            StreamExecutionEnvironment env, Backfill files, DataStream<RawRecord> writes) {
        return writes.union(files.rows(env, writes.getParallelism()));
    }

    /** As far as is known before the job is submitted; an option where it is not. */
    private static EarlierState from(StreamExecutionEnvironment env) {
        ReadableConfig known = env.getConfiguration(); // the command line's, too
        boolean goesOn =
                known.get(BackfillOptions.GOES_ON)
                        || known.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent();
        return goesOn
                ? new EarlierState(
                        true,
                        known.getOptional(BackfillOptions.KNOWN),
                        known.get(BackfillOptions.ENDED))
                : EarlierState.NOTHING;
    }

    private static Optional<Backfill> backfill(
            Configuration config, String bootstrap, EarlierState from) {
        try {
            return Backfill.read(
                    config,
                    KafkaCollectionDirectory.provider(bootstrap),
                    KafkaRetainedWrites.at(bootstrap),
                    from,
                    System.currentTimeMillis());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Stopped while a backfill was looked up.", stopped);
        }
    }

    private static DataStream<Long> heartbeats(StreamExecutionEnvironment env, long tickIdleMs) {
        double perSecond = HEARTBEATS_PER_IDLE_TIME * 1_000 / tickIdleMs;
        return env.fromSource(
                        new DataGeneratorSource<>(
                                beat -> beat,
                                Long.MAX_VALUE,
                                RateLimiterStrategy.perSecond(perSecond),
                                Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "Heartbeat")
                .setParallelism(1)
                .uid("ingest.heartbeat-source.v1");
    }

    private static void sink(
            DataStream<OutRecord> records, Sink<OutRecord> sink, String uid, String name) {
        records.sinkTo(sink).setParallelism(records.getParallelism()).uid(uid).name(name);
    }
}
