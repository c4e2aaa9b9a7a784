package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Probes a collection all the time, in a thread of its own, while it is dropped and made anew: no
 * answer mixes the incarnations, and once the new one was seen the old one never is.
 */
final class DropWatch {
    private static final long TIMEOUT_S = 60;
    private static final int K = 20;

    private enum Phase {
        OLD,
        BETWEEN,
        NEW,
        END
    }

    private final NearstreamClient client;
    private final String collection;
    private final String oldMark;
    private final String newMark;
    private final byte[] query;
    private final CompletableFuture<Void> ended;
    private volatile Phase phase = Phase.OLD;
    private volatile int probesOfNew;

    private DropWatch(
            NearstreamClient client,
            String collection,
            String oldMark,
            String newMark,
            byte[] query) {
        this.client = client;
        this.collection = collection;
        this.oldMark = oldMark;
        this.newMark = newMark;
        this.query = query;
        this.ended = CompletableFuture.runAsync(this::run);
    }

    /** Starts, with ids of the old and of the new incarnation that begin with their marks. */
    static DropWatch start(
            NearstreamClient client,
            String collection,
            String oldMark,
            String newMark,
            byte[] query) {
        return new DropWatch(client, collection, oldMark, newMark, query);
    }

    /** The collection is about to be dropped. */
    void dropping() {
        phase = Phase.BETWEEN;
    }

    /** An answer has shown the new incarnation. */
    void createdAnew() {
        phase = Phase.NEW;
    }

    /** Ends it; what it saw amiss is thrown here. */
    void stop() throws Exception {
        phase = Phase.END;
        ended.get(TIMEOUT_S, TimeUnit.SECONDS);
        assertThat(probesOfNew).isPositive();
    }

    private void run() {
        while (phase != Phase.END) {
            Phase before = phase;
            ProbeResult result = probe();
            List<String> ids =
                    result.getAnswers().stream()
                            .flatMap(answer -> answer.getHits().stream())
                            .map(hit -> hit.getId())
                            .toList();
            if (before == Phase.NEW) {
                assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
                assertThat(ids).allMatch(id -> id.startsWith(newMark));
                probesOfNew++;
            } else if (phase == Phase.OLD) {
                assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
                assertThat(ids).hasSize(K).allMatch(id -> id.startsWith(oldMark));
            } else {
                assertThat(ids.stream().map(id -> id.substring(0, oldMark.length())).distinct())
                        .hasSizeLessThan(2);
            }
        }
    }

    private ProbeResult probe() {
        return client.prober()
                .send(ProbeRequest.nearest(collection, K, List.of(query)).exhaustive())
                .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                .join();
    }
}
