package io.nearstream.embedded;

import io.nearstream.jobs.common.config.JobIds;
import java.io.IOException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;

/**
 * A job that {@link EmbeddedNearstream} runs.
 *
 * @param name permanent: the job's id, and with it its checkpoints, follow from the name
 * @param builder makes the job from Flink's and Nearstream's options
 */
record NamedJob(String name, Builder builder) {
    /** Makes a job from its options; the topics exist. */
    @FunctionalInterface
    interface Builder {
        JobGraph build(Configuration configuration) throws Exception;
    }

    /** The job under the id that its name stands for. */
    JobGraph graph(Configuration configuration) throws IOException, InterruptedException {
        try {
            JobGraph graph = builder.build(configuration);
            graph.setJobID(JobIds.of(name));
            return graph;
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Cannot build job '%s': %s".formatted(name, e.getMessage()), e);
        }
    }
}
