package io.nearstream.embedded.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.file.Path;
import java.time.Duration;

/** Two TaskManagers with parallel jobs, and a client, for tests that write and search. */
public final class SearchFixture implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LEARNING = Duration.ofSeconds(60);

    private final EmbeddedNearstream nearstream;
    private final NearstreamClient client;

    private SearchFixture(EmbeddedNearstream nearstream) {
        this.nearstream = nearstream;
        this.client = NearstreamClient.connect(nearstream.bootstrap());
    }

    /** Starts everything below a directory. */
    public static SearchFixture start(Path dir) throws Exception {
        return new SearchFixture(
                EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 4, 4)));
    }

    public EmbeddedNearstream nearstream() {
        return nearstream;
    }

    public NearstreamClient client() {
        return client;
    }

    /** Creates a collection, without vectors yet. */
    public WrittenVectors create(CollectionSettings wanted) {
        return new WrittenVectors(client, client.collections().create(wanted));
    }

    /** Waits until every entry of a collection lies in generation 1. */
    public void awaitSettled(String collection) {
        client.collections().awaitSettled(collection, 1, LEARNING);
    }

    /** Asks, patiently; the answer must be complete. */
    public ProbeResult ask(ProbeRequest request) {
        ProbeResult result = client.prober().ask(request.deadline(PATIENCE));
        assertThat(result.getStatus()).as(result.getMessage()).isEqualTo(ProbeStatus.COMPLETE);
        return result;
    }

    @Override
    public void close() {
        client.close();
        nearstream.close();
    }
}
