package io.nearstream.embedded;

import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;

/**
 * A job that {@link EmbeddedNearstream} runs.
 *
 * @param name permanent: the job's id, and with it its checkpoints, follow from the name
 * @param graph builds the job from Flink's and Nearstream's options
 */
record NamedJob(String name, Function<Configuration, JobGraph> graph) {}
