package io.nearstream.jobs.common.config;

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What jobs start with whose output is committed by checkpoints. */
public final class CommittingJobs {
    private CommittingJobs() {}

    /**
     * An environment of a configuration.
     *
     * @param parallelism of every operator, 1 or more
     * @param maxParallelism key groups
     * @param output what is committed, in plural: for the message
     * @throws IllegalArgumentException if there are no checkpoints
     */
    public static StreamExecutionEnvironment environment(
            Configuration configuration, int parallelism, int maxParallelism, String output) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        if (!environment.getCheckpointConfig().isCheckpointingEnabled()) {
            throw new IllegalArgumentException(
                    "'%s' must be given, for example '1 s': %s are committed by checkpoints, and without any nobody would see them."
                            .formatted(CheckpointingOptions.CHECKPOINTING_INTERVAL.key(), output));
        }
        environment.setParallelism(parallelism);
        environment.setMaxParallelism(maxParallelism);
        return environment;
    }

    /** The job that was built in an environment, as a graph under a name. */
    public static JobGraph graph(StreamExecutionEnvironment environment, String name) {
        var graph = environment.getStreamGraph();
        graph.setJobName(name);
        return graph.getJobGraph();
    }
}
