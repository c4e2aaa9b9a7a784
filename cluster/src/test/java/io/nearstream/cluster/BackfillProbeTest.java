package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.config.BackfillOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.ApplicationID;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.instance.SlotSharingGroupId;
import org.apache.flink.runtime.jobgraph.JobType;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.rest.messages.JobPlanInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.metrics.IOMetricsInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillProbeTest {
    private static final JobVertexID DECODE = new JobVertexID();

    @TempDir private Path dir;

    private static JobVertexDetailsInfo vertex(
            JobVertexID id, String name, int running, int finished) {
        return new JobVertexDetailsInfo(
                id,
                new SlotSharingGroupId(),
                name,
                128,
                running + finished,
                running > 0 ? ExecutionState.RUNNING : ExecutionState.FINISHED,
                0,
                0,
                0,
                Map.of(ExecutionState.RUNNING, running, ExecutionState.FINISHED, finished),
                new IOMetricsInfo(0, true, 0, true, 0, true, 0, true, 0, 0, 0));
    }

    private static JobDetailsInfo job(JobVertexDetailsInfo... vertices) {
        return new JobDetailsInfo(
                new JobID(),
                new ApplicationID(),
                "ingest",
                false,
                JobStatus.RUNNING,
                JobType.STREAMING,
                JobManagerOptions.SchedulerType.Adaptive,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                List.of(vertices),
                Map.of(),
                new JobPlanInfo.Plan("", "", "", new ArrayList<>()),
                new JobPlanInfo.RawJson("{}"),
                0);
    }

    private static BackfillProbe probe(Path file) {
        Configuration options = new Configuration();
        options.set(BackfillOptions.FILES, List.of(file.toString()));
        options.set(BackfillOptions.COLLECTION, "c");
        return BackfillProbe.of(options).orElseThrow();
    }

    private static Map<String, Double> metrics(JobVertexID vertex) {
        return vertex.equals(DECODE)
                ? Map.of("decode.file.0.backfillRows", 300.0, "decode.file.1.backfillRows", 4.0)
                : Map.of();
    }

    @Test
    void rowsOfAllFilesCountUntilEachSubtaskHasEnded() throws IOException {
        BackfillProbe probe = probe(dir.resolve("gone.bvecs"));
        JobVertexDetailsInfo decode = vertex(DECODE, "Decode and sign -> Await", 2, 0);
        for (int finished = 0; finished < 2; finished++) {
            JobDetailsInfo job =
                    job(
                            vertex(new JobVertexID(), "Source: Read files", 2 - finished, finished),
                            decode);
            assertThat(probe.report(job, BackfillProbeTest::metrics, () -> OptionalLong.of(500)))
                    .contains(new BackfillReport("c", 304, OptionalLong.of(500), false));
        }
    }

    /** Each look at the status would read them. */
    @Test
    void filesThatHaveEndedAreNotOpened() throws IOException {
        JobDetailsInfo job =
                job(
                        vertex(new JobVertexID(), "Source: Read files", 0, 2),
                        vertex(DECODE, "Decode and sign", 2, 0));
        BackfillProbe.Total opened =
                () -> {
                    throw new IOException("opened");
                };
        assertThat(probe(dir.resolve("x")).report(job, BackfillProbeTest::metrics, opened))
                .contains(new BackfillReport("c", 304, OptionalLong.empty(), true));
        assertThat(
                        probe(dir.resolve("x"))
                                .report(
                                        job(vertex(DECODE, "Decode and sign", 2, 0)),
                                        BackfillProbeTest::metrics,
                                        opened))
                .isEmpty();
    }

    @Test
    void theTotalIsThatOfTheFilesThatAreThere() throws IOException {
        Path file = Files.write(dir.resolve("a.bvecs"), new byte[] {1, 0, 0, 0, 5, 1, 0, 0, 0, 6});
        assertThat(probe(file).total()).isEqualTo(OptionalLong.of(2));
        Files.delete(file);
        assertThat(probe(file).total()).isEmpty();
        assertThat(BackfillProbe.of(new Configuration())).isEmpty();
    }
}
