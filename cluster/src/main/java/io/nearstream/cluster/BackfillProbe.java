package io.nearstream.cluster;

import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.ingest.IngestTopology;
import io.nearstream.jobs.ingest.backfill.Backfill;
import io.nearstream.jobs.ingest.backfill.RowsRead;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;

/** Looks how far an ingest job has read the files of a backfill. Thread-safe. */
public final class BackfillProbe {
    private final String collection;
    private final OptionalLong total;

    private BackfillProbe(String collection, OptionalLong total) {
        this.collection = collection;
        this.total = total;
    }

    /**
     * Of the files that the options of an ingest job name.
     *
     * @return empty where they name none
     * @throws IOException if one is there and cannot be read; those that are gone have no count
     */
    public static Optional<BackfillProbe> of(ReadableConfig options) throws IOException {
        List<Path> files = Backfill.paths(options);
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new BackfillProbe(
                                options.get(BackfillOptions.COLLECTION), Backfill.rows(files)));
    }

    /** The jobs of the cluster whose REST API is there; the caller closes them. */
    public static Jobs jobsAt(URI rest) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, rest.getHost());
        configuration.set(RestOptions.PORT, rest.getPort());
        return new Jobs(configuration);
    }

    /**
     * Looks once. Figures are some seconds old.
     *
     * @return empty where the job has no such files, or does not run
     */
    public Optional<BackfillReport> look(Jobs jobs) {
        if (!jobs.isPresent(NamedJob.INGEST.id())) {
            return Optional.empty();
        }
        JobDetailsInfo details = jobs.details(NamedJob.INGEST.id());
        return vertex(details, Backfill.SOURCE_NAME)
                .map(
                        source ->
                                new BackfillReport(
                                        collection, rows(jobs, details), total, hasEnded(source)));
    }

    private static Optional<JobVertexDetailsInfo> vertex(JobDetailsInfo details, String name) {
        return details.getJobVertexInfos().stream()
                .filter(vertex -> vertex.getName().contains(name))
                .findFirst();
    }

    private static boolean hasEnded(JobVertexDetailsInfo source) {
        return source.getTasksPerState().getOrDefault(ExecutionState.FINISHED, 0)
                == source.getParallelism();
    }

    /** Of each file what the subtask says that has come farthest. */
    private static long rows(Jobs jobs, JobDetailsInfo details) {
        Optional<JobVertexDetailsInfo> decode = vertex(details, IngestTopology.DECODE_NAME);
        if (decode.isEmpty()) {
            return 0;
        }
        return jobs
                .largestMetrics(
                        details.getJobId(),
                        decode.get().getJobVertexID(),
                        name -> name.endsWith("." + RowsRead.GAUGE))
                .values()
                .stream()
                .mapToLong(Double::longValue)
                .sum();
    }
}
