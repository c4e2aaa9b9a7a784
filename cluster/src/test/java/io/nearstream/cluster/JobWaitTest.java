package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.embedded.FlinkFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.ApplicationID;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
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
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JobWaitTest {
    private static final JobID JOB = new JobID();
    private static final Duration PATIENT = Duration.ofMinutes(10);

    /** Says the next thing each time it is asked, and the last one for ever. */
    private static final class Play implements JobWait.Sight {
        private final Deque<JobDetailsInfo> said;
        private Optional<String> failure = Optional.empty();

        Play(JobDetailsInfo... said) {
            this.said = new ArrayDeque<>(List.of(said));
        }

        Play failing(String... lines) {
            failure = Optional.of(String.join("\n", lines));
            return this;
        }

        @Override
        public JobDetailsInfo details(JobID job) {
            return said.size() > 1 ? said.remove() : said.element();
        }

        @Override
        public Set<String> taskManagers() {
            return Set.of("tm");
        }

        @Override
        public Set<String> taskManagers(JobID job, JobVertexDetailsInfo vertex) {
            return Set.of("tm");
        }

        @Override
        public Optional<String> lastFailure(JobID job) {
            return failure;
        }
    }

    private static JobDetailsInfo job(JobStatus status, int running, int waiting) {
        JobVertexDetailsInfo vertex =
                new JobVertexDetailsInfo(
                        new JobVertexID(),
                        new SlotSharingGroupId(),
                        "Read",
                        128,
                        running + waiting,
                        ExecutionState.RUNNING,
                        0,
                        0,
                        0,
                        Map.of(ExecutionState.RUNNING, running, ExecutionState.CREATED, waiting),
                        new IOMetricsInfo(0, true, 0, true, 0, true, 0, true, 0, 0, 0));
        return new JobDetailsInfo(
                JOB,
                new ApplicationID(),
                "ingest",
                false,
                status,
                JobType.STREAMING,
                JobManagerOptions.SchedulerType.Adaptive,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                List.of(vertex),
                Map.of(),
                new JobPlanInfo.Plan("", "", "", new ArrayList<>()),
                new JobPlanInfo.RawJson("{}"),
                0);
    }

    @Test
    void whatDoesNotRunIsNamedWithItsFailure() throws InterruptedException {
        Play restarting =
                new Play(job(JobStatus.RESTARTING, 1, 2))
                        .failing(
                                "org.apache.flink.util.FlinkException: Coordinator failed.",
                                "\tat org.apache.flink.Coordinator.fail(Coordinator.java:1)",
                                "Caused by: java.nio.file.NoSuchFileException: /photos.avro",
                                "\t... 7 more",
                                "");
        assertThatThrownBy(() -> new JobWait(restarting).running(JOB, Duration.ZERO))
                .isInstanceOf(FlinkFailure.class)
                .hasMessage(
                        "Job 'ingest' (RESTARTING) does not run after 0 s: 2 subtasks are not there yet. Last failure: org.apache.flink.util.FlinkException: Coordinator failed. Caused by: java.nio.file.NoSuchFileException: /photos.avro");
        assertThatThrownBy(
                        () ->
                                new JobWait(new Play(job(JobStatus.CREATED, 0, 1)))
                                        .running(JOB, Duration.ZERO))
                .hasMessageEndingWith("1 subtasks are not there yet.");
    }

    @Test
    void jobThatBeganWithTooFewSubtasksIsWaitedForUntilItHasAllAndRuns() throws Exception {
        JobDetailsInfo few = job(JobStatus.RUNNING, 1, 0);
        JobDetailsInfo startsOver = job(JobStatus.RUNNING, 0, 2);
        JobDetailsInfo all = job(JobStatus.RUNNING, 2, 0);
        Play play = new Play(few, few, few, few, startsOver, startsOver, all, all);
        new JobWait(play).settled(JOB, 2, PATIENT, PATIENT);
        assertThat(play.said).as("all was looked at").containsExactly(all);
    }

    @Test
    void jobThatStaysSmallForWantOfSlotsIsNotWaitedForForEver() throws Exception {
        Play small = new Play(job(JobStatus.RUNNING, 1, 0));
        new JobWait(small).settled(JOB, 2, Duration.ofMillis(1), PATIENT);
    }

    @Test
    void whatHasFailedForGoodIsNotWaitedFor() {
        for (JobDetailsInfo before :
                List.of(job(JobStatus.RUNNING, 1, 1), job(JobStatus.RESTARTING, 0, 2))) {
            assertThatThrownBy(
                            () ->
                                    new JobWait(
                                                    new Play(before, job(JobStatus.FAILED, 0, 0))
                                                            .failing("java.io.IOException: gone"))
                                            .running(JOB, PATIENT))
                    .hasMessage(
                            "Job 'ingest' has ended: FAILED. Last failure: java.io.IOException: gone");
        }
        assertThatThrownBy(
                        () ->
                                new JobWait(
                                                new Play(
                                                        job(JobStatus.RUNNING, 1, 0),
                                                        job(JobStatus.FAILED, 0, 0)))
                                        .parallelism(JOB, 2, PATIENT))
                .hasMessage("Job 'ingest' has ended: FAILED.");
    }

    @Test
    void aJobThatRunsIsWaitedForUntilItDoes() throws InterruptedException {
        Play play =
                new Play(
                        job(JobStatus.RUNNING, 1, 0),
                        job(JobStatus.RUNNING, 1, 1),
                        job(JobStatus.RUNNING, 1, 1),
                        job(JobStatus.RUNNING, 2, 0));
        JobWait wait = new JobWait(play);
        wait.parallelism(JOB, 2, PATIENT);
        assertThat(play.said).as("looked until it ran").hasSize(1);
        assertThatThrownBy(() -> wait.parallelism(JOB, 3, Duration.ZERO))
                .hasMessage("Job 'ingest' has 2 subtasks after 0 s, not 3.");
    }
}
