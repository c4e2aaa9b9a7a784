package io.nearstream.jobs.join;

import io.nearstream.jobs.common.changes.ChangesSource;
import io.nearstream.jobs.common.config.CommittingJobs;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.KafkaCollectionDirectory;
import io.nearstream.jobs.common.kafka.KafkaBuffers;
import io.nearstream.jobs.common.kafka.KafkaSinks;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.topics.TopicPartitions;
import io.nearstream.jobs.common.wire.RawRecord;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/** The join job: reads its options, connects {@link MatchTopology} to Kafka, runs. */
public final class JoinJob {
    private JoinJob() {}

    /** Runs the job with options given as {@code --key value}. */
    public static void main(String[] args) throws Exception {
        Configuration configuration = ParameterTool.fromArgs(args).getConfiguration();
        environment(configuration).execute(name(configuration));
    }

    /** The job as a graph, for a cluster in this JVM. The collections that it names exist. */
    public static JobGraph jobGraph(Configuration configuration) throws InterruptedException {
        return CommittingJobs.graph(environment(configuration), name(configuration));
    }

    /**
     * What part of the pairs a job with these options finds, in words.
     *
     * @throws IllegalArgumentException where the job would be refused, too
     */
    public static String finds(Configuration configuration) throws InterruptedException {
        String bootstrap = OptionValues.required(configuration, NearstreamOptions.BOOTSTRAP);
        return settings(configuration, bootstrap).exactness().words();
    }

    private static String name(Configuration configuration) {
        return "Nearstream " + configuration.get(JoinOptions.JOB);
    }

    private static StreamExecutionEnvironment environment(Configuration configuration)
            throws InterruptedException {
        OptionValues.requireKnown(configuration);
        String bootstrap = OptionValues.required(configuration, NearstreamOptions.BOOTSTRAP);
        JoinSettings settings = settings(configuration, bootstrap);
        StreamExecutionEnvironment environment =
                CommittingJobs.environment(
                        configuration,
                        settings.parallelism(),
                        settings.maxParallelism(),
                        "matches");
        KafkaBuffers buffers = KafkaBuffers.of(configuration);
        DataStream<RawRecord> changes =
                ChangesSource.read(
                        environment,
                        bootstrap,
                        "nearstream-" + settings.job(),
                        buffers,
                        "join.changes-source.v1");
        DataStream<OutRecord> out =
                MatchTopology.build(changes, settings, System::currentTimeMillis);
        KafkaSinks sinks = new KafkaSinks(bootstrap, buffers);
        Duration linger = configuration.get(NearstreamOptions.SINK_LINGER);
        if (settings.uniqueInto().isPresent()) {
            // A transaction would hold back everybody's writes behind it until the next checkpoint.
            out.sinkTo(sinks.atLeastOnce(linger)).uid("join.unique-sink.v1").name("Write records");
        } else {
            out.sinkTo(sinks.exactlyOnce(linger, "nearstream-matches-" + settings.job()))
                    .uid("join.matches-sink.v1")
                    .name("Write matches");
        }
        return environment;
    }

    private static JoinSettings settings(Configuration configuration, String bootstrap)
            throws InterruptedException {
        TopicPartitions.of(bootstrap, List.of(TopicNames.COLLECTIONS));
        try (CollectionDirectory directory = KafkaCollectionDirectory.provider(bootstrap).open()) {
            return JoinSettings.of(configuration, directory);
        }
    }
}
