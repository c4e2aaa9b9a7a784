package io.nearstream.cluster;

import java.util.List;

/**
 * Where clients find a cluster.
 *
 * @param bootstrap of Kafka, {@code HOST:PORT[,HOST:PORT...]}
 * @param web web UI and REST API of each JobManager, {@code HOST:PORT}; any of them answers
 * @param state live reads of keys, {@code HOST:PORT} of each TaskManager
 */
public record ClusterAddresses(String bootstrap, List<String> web, List<String> state) {
    /** Copies the lists. */
    public ClusterAddresses {
        web = List.copyOf(web);
        state = List.copyOf(state);
    }
}
