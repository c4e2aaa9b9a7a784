package io.nearstream.cluster;

import java.util.List;
import java.util.Map;

/**
 * Where clients find a cluster.
 *
 * @param bootstrap of Kafka, {@code HOST:PORT[,HOST:PORT...]}
 * @param web web UI and REST API of each JobManager, {@code HOST:PORT}; any of them answers
 * @param state live reads of keys, {@code HOST:PORT} of each TaskManager
 * @param behindProxies where proxies in front of it have to lead to, {@code HOST:PORT} by {@link
 *     Surroundings#proxies}
 */
public record ClusterAddresses(
        String bootstrap, List<String> web, List<String> state, Map<String, String> behindProxies) {
    /** Copies the collections. */
    public ClusterAddresses {
        web = List.copyOf(web);
        state = List.copyOf(state);
        behindProxies = Map.copyOf(behindProxies);
    }
}
