package io.nearstream.bench.keyvalue;

import io.nearstream.jobs.common.kafka.KafkaBuffers;
import io.nearstream.jobs.common.kafka.KafkaSinks;
import io.nearstream.jobs.common.kafka.KafkaSources;
import io.nearstream.jobs.common.kafka.OutRecord;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job that copies one topic to another, with the sources and sinks of the other jobs. */
final class PassThroughJob {
    private static final String GROUP = "nearstream-bench";

    /** As the ingest job answers. */
    private static final Duration LINGER = Duration.ZERO;

    private PassThroughJob() {}

    static JobGraph graph(
            Configuration given, String bootstrap, String in, String out, int parallelism) {
        Configuration config = new Configuration(given);
        config.set(PipelineOptions.NAME, "Nearstream pass-through");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(parallelism);
        env.fromSource(
                        KafkaSources.raw(
                                bootstrap,
                                in,
                                GROUP,
                                OffsetsInitializer.earliest(),
                                "read_committed",
                                KafkaBuffers.DEFAULT),
                        WatermarkStrategy.noWatermarks(),
                        "Read")
                .uid("bench.pass-source.v1")
                .map(record -> OutRecord.of(out, record.key(), record.value()))
                .returns(OutRecord.class)
                .uid("bench.pass.v1")
                .name("Copy")
                .sinkTo(new KafkaSinks(bootstrap, KafkaBuffers.DEFAULT).atLeastOnce(LINGER))
                .uid("bench.pass-sink.v1")
                .name("Write");
        JobGraph graph = env.getStreamGraph().getJobGraph();
        graph.setJobID(new JobID());
        return graph;
    }
}
