package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.queryablestate.client.QueryableStateClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Flink's client of one queryable-state proxy, with one network thread. */
@SuppressWarnings("deprecation") // Deprecated since 1.18, still shipped, and without a successor.
final class FlinkStateCalls implements StateCalls {
    private static final Logger LOG = LoggerFactory.getLogger(FlinkStateCalls.class);

    private final ValueStateDescriptor<KeyValueEntry> descriptor = KeyValueState.descriptor();
    private final QueryableStateClient client;
    private final JobID job;

    private FlinkStateCalls(QueryableStateClient client, JobID job) {
        this.client = client;
        this.job = job;
        client.setExecutionConfig(new ExecutionConfig());
    }

    /** Opens connections to the state of a job. */
    static Opener opener(JobID job) {
        return address -> open(address, job);
    }

    private static StateCalls open(String address, JobID job) throws IOException {
        InetSocketAddress parsed = HostPort.parse("address", address);
        return new FlinkStateCalls(
                new QueryableStateClient(parsed.getHostString(), parsed.getPort()), job);
    }

    @Override
    public CompletableFuture<KeyValueEntry> get(String key) {
        return client.getKvState(
                        job, KeyValueState.QUERYABLE_NAME, key, KeyValueState.KEY_TYPE, descriptor)
                .thenApply(FlinkStateCalls::value);
    }

    private static KeyValueEntry value(ValueState<KeyValueEntry> state) {
        try {
            return state.value();
        } catch (IOException unreadable) {
            throw new CompletionException(unreadable);
        }
    }

    @Override
    public void close() {
        client.shutdownAndHandle()
                .whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                LOG.debug("A connection did not close cleanly.", failure);
                            }
                        });
    }
}
