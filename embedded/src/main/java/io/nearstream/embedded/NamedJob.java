package io.nearstream.embedded;

import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.ingest.IngestJob;
import io.nearstream.jobs.join.JoinJob;
import io.nearstream.jobs.query.QueryJob;
import io.nearstream.jobs.standing.StandingJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;

/**
 * A job of the product.
 *
 * @param name permanent: the job's id, and with it its checkpoints, follow from the name
 * @param builder makes the job from Flink's and Nearstream's options
 */
public record NamedJob(String name, Builder builder) {
    /** Writes in, versioned changes out; the state of keys. */
    public static final NamedJob INGEST = new NamedJob("ingest", IngestJob::jobGraph);

    /** Changes and probes in, answers out. */
    public static final NamedJob QUERY = new NamedJob("query", QueryJob::jobGraph);

    /** Changes in, pairs of near records out; started where collections are to be joined. */
    public static final NamedJob JOIN = new NamedJob("join", JoinJob::jobGraph);

    /** Changes and registrations in, what changes in answers out; for one collection. */
    public static final NamedJob STANDING = new NamedJob("standing", StandingJob::jobGraph);

    /** Makes a job from its options; the topics exist. */
    @FunctionalInterface
    public interface Builder {
        JobGraph build(Configuration configuration) throws Exception;
    }

    /** Its id in Flink, the same in every run. */
    public JobID id() {
        return JobIds.of(name);
    }

    /** The job under the id that its name stands for. */
    public JobGraph graph(Configuration configuration) throws IOException, InterruptedException {
        try {
            JobGraph graph = builder.build(configuration);
            graph.setJobID(id());
            return graph;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Cannot build job '%s': %s".formatted(name, e.getMessage()), e);
        }
    }
}
