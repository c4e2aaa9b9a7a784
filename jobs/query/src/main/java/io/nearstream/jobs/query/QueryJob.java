package io.nearstream.jobs.query;

import io.nearstream.jobs.common.changes.ProgressWatermarks;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.control.KafkaCollectionDirectory;
import io.nearstream.jobs.common.kafka.KafkaBuffers;
import io.nearstream.jobs.common.kafka.KafkaSinks;
import io.nearstream.jobs.common.kafka.KafkaSources;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.topics.TopicPartitions;
import io.nearstream.jobs.common.wire.RawRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/** The query job: reads its options, connects {@link QueryTopology} to Kafka, runs. */
public final class QueryJob {
    /** Versions make an aborted write harmless, and freshness does not wait for checkpoints. */
    private static final String UNCOMMITTED = "read_uncommitted";

    private QueryJob() {}

    /** Runs the job with options given as {@code --key value}. */
    public static void main(String[] args) throws Exception {
        Configuration configuration = ParameterTool.fromArgs(args).getConfiguration();
        environment(configuration).execute(name(configuration));
    }

    /** The job as a graph, for a cluster in this JVM. */
    public static JobGraph jobGraph(Configuration configuration) {
        StreamExecutionEnvironment environment = environment(configuration);
        var graph = environment.getStreamGraph();
        graph.setJobName(name(configuration));
        return graph.getJobGraph();
    }

    private static String name(Configuration configuration) {
        return "Nearstream " + configuration.get(NearstreamOptions.QUERY_JOB);
    }

    private static StreamExecutionEnvironment environment(Configuration configuration) {
        OptionValues.requireKnown(configuration);
        String bootstrap = OptionValues.required(configuration, NearstreamOptions.BOOTSTRAP);
        Map<String, Integer> partitions = partitions(bootstrap);
        QuerySettings settings =
                QuerySettings.of(configuration, partitions.get(TopicNames.RESULTS));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(settings.parallelism());
        environment.setMaxParallelism(settings.maxParallelism());
        KafkaBuffers buffers = KafkaBuffers.of(configuration);
        KafkaSinks sinks = new KafkaSinks(bootstrap, buffers);
        Sources sources = new Sources(environment, bootstrap, buffers, settings, partitions);
        QueryTopology.Outputs outputs =
                QueryTopology.build(
                        sources.read(
                                TopicNames.INDEX_CHANGES,
                                OffsetsInitializer.earliest(),
                                ProgressWatermarks.strategy(),
                                "query.changes-source.v1"),
                        sources.read(
                                TopicNames.INDEX_MOVES,
                                OffsetsInitializer.latest(),
                                WatermarkStrategy.noWatermarks(),
                                "query.moves-source.v1"),
                        sources.read(
                                TopicNames.PROBES,
                                sinceLongestDeadline(settings),
                                WatermarkStrategy.noWatermarks(),
                                "query.probes-source.v1"),
                        KafkaCollectionDirectory.provider(bootstrap),
                        settings);
        outputs.answers()
                .sinkTo(sinks.atLeastOnce(Duration.ZERO))
                .uid("query.answers-sink.v1")
                .name("Write answers");
        outputs.others()
                .sinkTo(sinks.atLeastOnce(Duration.ZERO))
                .uid("query.other-answers-sink.v1")
                .name("Write refusals and answers with payloads");
        outputs.control()
                .sinkTo(sinks.atLeastOnce(configuration.get(NearstreamOptions.SINK_LINGER)))
                .uid("query.control-sink.v1")
                .name("Write moves and announcements");
        return environment;
    }

    /** A job that starts without state answers the probes that may still be waited for. */
    private static OffsetsInitializer sinceLongestDeadline(QuerySettings settings) {
        return OffsetsInitializer.timestamp(
                System.currentTimeMillis() - settings.limits().deadlineMs());
    }

    private record Sources(
            StreamExecutionEnvironment environment,
            String bootstrap,
            KafkaBuffers buffers,
            QuerySettings settings,
            Map<String, Integer> partitions) {
        private DataStream<RawRecord> read(
                String topic,
                OffsetsInitializer start,
                WatermarkStrategy<RawRecord> watermarks,
                String uid) {
            String group = "nearstream-" + settings.job();
            // A source subtask without a partition would hold time back.
            int parallelism = Math.min(settings.parallelism(), partitions.get(topic));
            return environment
                    .fromSource(
                            KafkaSources.raw(bootstrap, topic, group, start, UNCOMMITTED, buffers),
                            watermarks,
                            "Read " + topic)
                    .uid(uid)
                    .setParallelism(parallelism);
        }
    }

    private static Map<String, Integer> partitions(String bootstrap) {
        try {
            return TopicPartitions.of(
                    bootstrap,
                    List.of(
                            TopicNames.INDEX_CHANGES,
                            TopicNames.INDEX_MOVES,
                            TopicNames.PROBES,
                            TopicNames.RESULTS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while describing topics.", interrupted);
        }
    }
}
