package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.schemas.ProbeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Probes that must all be answered, completely, before their deadline. Of any thread. */
final class TrafficProbes {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NearstreamClient client;
    private final List<String> asked = new ArrayList<>();

    TrafficProbes(NearstreamClient client) {
        this.client = client;
    }

    ProbeResult ask(ProbeRequest request) {
        ProbeResult result = client.prober().ask(request.deadline(PATIENCE));
        assertThat(result.getStatus()).as(result.toString()).hasToString("COMPLETE");
        synchronized (asked) {
            asked.add(result.getProbeId());
        }
        return result;
    }

    /** Ids of all that were answered. */
    List<String> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }
}
