package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobConfigHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.ExceptionInfo;
import org.apache.flink.runtime.rest.messages.JobIDPathParameter;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobVertexDetailsHeaders;
import org.apache.flink.runtime.rest.messages.JobVertexIdPathParameter;
import org.apache.flink.runtime.rest.messages.JobVertexMessageParameters;
import org.apache.flink.runtime.rest.messages.MessageHeaders;
import org.apache.flink.runtime.rest.messages.MessagePathParameter;
import org.apache.flink.runtime.rest.messages.MessageQueryParameter;
import org.apache.flink.runtime.rest.messages.ResponseBody;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedMetric;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedSubtaskMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedSubtaskMetricsParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.MetricsAggregationParameter;
import org.apache.flink.runtime.rest.messages.job.metrics.MetricsFilterParameter;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagersHeaders;

/** What is asked of the REST API; for most of it Flink's client has no call. Thread-safe. */
record JobRequests(RestClusterClient<StandaloneClusterId> client, Duration timeout)
        implements JobWait.Sight {
    @Override
    public JobDetailsInfo details(JobID job) {
        return FlinkFailure.await("look at job " + job, client.getJobDetails(job), timeout);
    }

    @Override
    public Optional<String> lastFailure(JobID job) {
        return ofJob("look at the failures", job, JobExceptionsHeaders.getInstance())
                .getExceptionHistory()
                .getEntries()
                .stream()
                .max(Comparator.comparingLong(ExceptionInfo::getTimestamp))
                .map(ExceptionInfo::getStacktrace);
    }

    /** Checkpoints of a job. */
    CheckpointingStatistics checkpoints(JobID job) {
        return ofJob("look at the checkpoints", job, CheckpointingStatisticsHeaders.getInstance());
    }

    /** What whoever submitted a job let it carry. */
    Map<String, String> parameters(JobID job) {
        return ofJob("look at the parameters", job, JobConfigHeaders.getInstance())
                .getExecutionConfigInfo()
                .getGlobalJobParameters();
    }

    /** What is asked of one job and needs nothing but its id. */
    private <P extends JobMessageParameters, R extends ResponseBody> R ofJob(
            String what, JobID job, MessageHeaders<EmptyRequestBody, R, P> headers) {
        P parameters = headers.getUnresolvedMessageParameters();
        parameters.jobPathParameter.resolve(job);
        return FlinkFailure.await(
                what + " of job " + job,
                client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()),
                timeout);
    }

    /** Names of the metrics that subtasks of an operator say, or have said lately. */
    List<String> metrics(JobID job, JobVertexID vertex) {
        return metrics(job, vertex, List.of()).stream().map(AggregatedMetric::getId).toList();
    }

    /** The largest value of some of these metrics among all subtasks, by name. */
    Map<String, Double> largest(JobID job, JobVertexID vertex, List<String> metrics) {
        return metrics(job, vertex, metrics).stream()
                .collect(Collectors.toMap(AggregatedMetric::getId, AggregatedMetric::getMax));
    }

    private Collection<AggregatedMetric> metrics(
            JobID job, JobVertexID vertex, List<String> names) {
        AggregatedSubtaskMetricsHeaders headers = AggregatedSubtaskMetricsHeaders.getInstance();
        AggregatedSubtaskMetricsParameters parameters = headers.getUnresolvedMessageParameters();
        for (MessagePathParameter<?> part : parameters.getPathParameters()) {
            if (part instanceof JobIDPathParameter path) {
                path.resolve(job);
            } else if (part instanceof JobVertexIdPathParameter path) {
                path.resolve(vertex);
            }
        }
        for (MessageQueryParameter<?> part : parameters.getQueryParameters()) {
            if (part instanceof MetricsFilterParameter filter && !names.isEmpty()) {
                filter.resolve(names);
            } else if (part instanceof MetricsAggregationParameter aggregation
                    && !names.isEmpty()) {
                aggregation.resolve(List.of(MetricsAggregationParameter.AggregationMode.MAX));
            }
        }
        return FlinkFailure.await(
                        "look at the metrics of job " + job,
                        client.sendRequest(headers, parameters, EmptyRequestBody.getInstance()),
                        timeout)
                .getMetrics();
    }

    @Override
    public Set<String> taskManagers(JobID job, JobDetailsInfo.JobVertexDetailsInfo vertex) {
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

    @Override
    public Set<String> taskManagers() {
        return FlinkFailure.await(
                        "look at the TaskManagers",
                        client.sendRequest(
                                TaskManagersHeaders.getInstance(),
                                EmptyMessageParameters.getInstance(),
                                EmptyRequestBody.getInstance()),
                        timeout)
                .getTaskManagerInfos()
                .stream()
                .filter(each -> each.getNumberSlots() > 0)
                .map(each -> each.getResourceId().getResourceIdString())
                .collect(Collectors.toSet());
    }
}
