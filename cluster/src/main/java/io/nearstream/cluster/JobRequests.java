package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobConfigHeaders;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobVertexDetailsHeaders;
import org.apache.flink.runtime.rest.messages.JobVertexMessageParameters;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagersHeaders;

/** What is asked of the REST API of which Flink's client has no call. Thread-safe. */
record JobRequests(RestClusterClient<StandaloneClusterId> client, Duration timeout) {
    /** Checkpoints of a job. */
    CheckpointingStatistics checkpoints(JobID job) {
        CheckpointingStatisticsHeaders headers = CheckpointingStatisticsHeaders.getInstance();
        JobMessageParameters parameters = headers.getUnresolvedMessageParameters();
        parameters.jobPathParameter.resolve(job);
        return FlinkFailure.await(
                "look at the checkpoints of job " + job,
                client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()),
                timeout);
    }

    /** What whoever submitted a job let it carry. */
    Map<String, String> parameters(JobID job) {
        JobConfigHeaders headers = JobConfigHeaders.getInstance();
        JobMessageParameters parameters = headers.getUnresolvedMessageParameters();
        parameters.jobPathParameter.resolve(job);
        return FlinkFailure.await(
                        "look at the parameters of job " + job,
                        client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()),
                        timeout)
                .getExecutionConfigInfo()
                .getGlobalJobParameters();
    }

    /** Ids of the TaskManagers that the subtasks of an operator run on. */
    Set<String> taskManagers(JobID job, JobDetailsInfo.JobVertexDetailsInfo vertex) {
        JobVertexDetailsHeaders headers = JobVertexDetailsHeaders.getInstance();
        JobVertexMessageParameters parameters = headers.getUnresolvedMessageParameters();
        parameters.jobPathParameter.resolve(job);
        parameters.jobVertexIdPathParameter.resolve(vertex.getJobVertexID());
        return FlinkFailure.await(
                        "look at " + vertex.getName(),
                        client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()),
                        timeout)
                .getSubtasks()
                .stream()
                .map(subtask -> String.valueOf(subtask.getTaskmanagerId()))
                .collect(Collectors.toSet());
    }

    /** Ids of the TaskManagers that the leader believes in. */
    Set<String> taskManagers() {
        return FlinkFailure.await(
                        "look at the TaskManagers",
                        client.sendRequest(
                                TaskManagersHeaders.getInstance(),
                                EmptyMessageParameters.getInstance(),
                                EmptyRequestBody.getInstance()),
                        timeout)
                .getTaskManagerInfos()
                .stream()
                .map(each -> each.getResourceId().getResourceIdString())
                .collect(Collectors.toSet());
    }
}
