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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;

/** Looks how far an ingest job has read the files of a backfill. Thread-safe. */
public final class BackfillProbe {
    private final String collection;
    private final List<Path> files;

    private BackfillProbe(String collection, List<Path> files) {
        this.collection = collection;
        this.files = files;
    }

    /**
     * Of the files that the options of an ingest job name; looks at none of them.
     *
     * @return empty where they name none
     */
    public static Optional<BackfillProbe> of(ReadableConfig options) {
        List<Path> files = Backfill.paths(options);
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(new BackfillProbe(options.get(BackfillOptions.COLLECTION), files));
    }

    /**
     * How many rows the files have.
     *
     * @return empty where one is gone, or does not say without being read
     * @throws IOException if one is there and cannot be read
     */
    public OptionalLong total() throws IOException {
        return Backfill.rows(files);
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
     * @param total rows of the files, asked for while they have not ended
     * @return empty where the job has no such files, or does not run
     * @throws IOException if the total does
     */
    public Optional<BackfillReport> look(Jobs jobs, Total total) throws IOException {
        if (!jobs.isPresent(NamedJob.INGEST.id())) {
            return Optional.empty();
        }
        JobDetailsInfo details = jobs.details(NamedJob.INGEST.id());
        return report(
                details,
                vertex -> jobs.largestMetrics(details.getJobId(), vertex, BackfillProbe::isOfAFile),
                total);
    }

    /** How many rows files have. */
    @FunctionalInterface
    public interface Total {
        /** Says it; empty where it is not known. */
        OptionalLong rows() throws IOException;
    }

    Optional<BackfillReport> report(
            JobDetailsInfo details, Function<JobVertexID, Map<String, Double>> metrics, Total total)
            throws IOException {
        Optional<JobVertexDetailsInfo> source = vertex(details, Backfill.SOURCE_NAME);
        if (source.isEmpty()) {
            return Optional.empty();
        }
        boolean ended = hasEnded(source.get());
        return Optional.of(
                new BackfillReport(
                        collection,
                        rows(details, metrics),
                        ended ? OptionalLong.empty() : total.rows(),
                        ended));
    }

    private static boolean isOfAFile(String metric) {
        return metric.endsWith("." + RowsRead.GAUGE);
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
    private static long rows(
            JobDetailsInfo details, Function<JobVertexID, Map<String, Double>> metrics) {
        return vertex(details, IngestTopology.DECODE_NAME)
                .map(decode -> metrics.apply(decode.getJobVertexID()))
                .orElse(Map.of())
                .values()
                .stream()
                .mapToLong(Double::longValue)
                .sum();
    }
}
