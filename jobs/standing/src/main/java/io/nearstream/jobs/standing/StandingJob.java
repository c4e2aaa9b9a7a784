package io.nearstream.jobs.standing;

import io.nearstream.jobs.common.changes.ChangesSource;
import io.nearstream.jobs.common.config.CommittingJobs;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.KafkaCollectionDirectory;
import io.nearstream.jobs.common.kafka.KafkaBuffers;
import io.nearstream.jobs.common.kafka.KafkaSinks;
import io.nearstream.jobs.common.kafka.KafkaSources;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.topics.TopicPartitions;
import io.nearstream.jobs.common.wire.RawRecord;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/** The standing-query job: reads its options, connects {@link StandingTopology} to Kafka, runs. */
public final class StandingJob {
    private StandingJob() {}

    /** Runs the job with options given as {@code --key value}. */
    public static void main(String[] args) throws Exception {
        Configuration configuration = ParameterTool.fromArgs(args).getConfiguration();
        environment(configuration).execute(name(configuration));
    }

    /** The job as a graph, for a cluster in this JVM. The collection that it names exists. */
    public static JobGraph jobGraph(Configuration configuration) throws InterruptedException {
        return CommittingJobs.graph(environment(configuration), name(configuration));
    }

    private static String name(Configuration configuration) {
        return "Nearstream " + configuration.get(StandingOptions.JOB);
    }

    private static StreamExecutionEnvironment environment(Configuration configuration)
            throws InterruptedException {
        OptionValues.requireKnown(configuration);
        String bootstrap = OptionValues.required(configuration, NearstreamOptions.BOOTSTRAP);
        StandingSettings settings = settings(configuration, bootstrap);
        StreamExecutionEnvironment environment =
                CommittingJobs.environment(
                        configuration,
                        settings.parallelism(),
                        settings.maxParallelism(),
                        "differences");
        KafkaBuffers buffers = KafkaBuffers.of(configuration);
        String group = "nearstream-" + settings.job();
        DataStream<RawRecord> changes =
                ChangesSource.read(
                        environment, bootstrap, group, buffers, "standing.changes-source.v1");
        DataStream<RawRecord> registrations =
                environment
                        .fromSource(
                                KafkaSources.raw(
                                        bootstrap,
                                        TopicNames.STANDING_QUERIES,
                                        group,
                                        OffsetsInitializer.earliest(),
                                        "read_committed",
                                        buffers),
                                WatermarkStrategy.noWatermarks(),
                                "Read " + TopicNames.STANDING_QUERIES)
                        .uid("standing.queries-source.v1");
        StandingTopology.build(changes, registrations, settings)
                .sinkTo(
                        new KafkaSinks(bootstrap, buffers)
                                .exactlyOnce(
                                        configuration.get(NearstreamOptions.SINK_LINGER),
                                        "nearstream-differences-" + settings.job()))
                .uid("standing.differences-sink.v1")
                .name("Write differences");
        return environment;
    }

    private static StandingSettings settings(Configuration configuration, String bootstrap)
            throws InterruptedException {
        TopicPartitions.of(bootstrap, List.of(TopicNames.COLLECTIONS));
        try (CollectionDirectory directory = KafkaCollectionDirectory.provider(bootstrap).open()) {
            return StandingSettings.of(configuration, directory);
        }
    }
}
