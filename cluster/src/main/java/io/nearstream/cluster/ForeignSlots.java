package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;

/**
 * The slots of a cluster that somebody else started.
 *
 * @param jobManager its REST API, {@code HOST:PORT}
 */
record ForeignSlots(String jobManager, RestClusterClient<StandaloneClusterId> client) {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    /**
     * Checks that one more job finds room.
     *
     * @param parallelism that it asks for
     * @throws IOException when no slot is free
     */
    void requireFree(int parallelism) throws IOException {
        int free = overview().getNumSlotsAvailable();
        if (free < 1) {
            throw new IOException(
                    "%d slots are free at %s, but each job needs one at least ('%s' is %d). Start it with more slots, or add a TaskManager."
                            .formatted(
                                    free,
                                    jobManager,
                                    NearstreamOptions.PARALLELISM.key(),
                                    parallelism));
        }
    }

    /**
     * The parallelism with which both jobs fit.
     *
     * @throws IOException when there is none
     */
    int shareOfEachJob() throws IOException {
        int slots = overview().getNumSlotsTotal();
        if (slots < Jobs.ALL.size()) {
            throw new IOException(
                    "%d slots are registered at %s, and the jobs need one each. Start TaskManagers first, or give the parallelism that they will have room for with '--set %s=N'."
                            .formatted(slots, jobManager, NearstreamOptions.PARALLELISM.key()));
        }
        return slots / Jobs.ALL.size();
    }

    private ClusterOverviewWithVersion overview() {
        return FlinkFailure.await(
                "count the slots",
                client.sendRequest(
                        ClusterOverviewHeaders.getInstance(),
                        EmptyMessageParameters.getInstance(),
                        EmptyRequestBody.getInstance()),
                REQUEST_TIMEOUT);
    }
}
