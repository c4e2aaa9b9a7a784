package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.embedded.testing.Observed;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records are replaced and deleted, and move to generation 1, while probes of every kind run: each
 * answer shows the old or the new of a record, never neither, never both.
 */
@Timeout(240)
class ConcurrentChangesITCase {
    private static final String COLLECTION = "changing";
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int IDS = 600;
    private static final int PROBERS = 2;
    private static final int PROBES_LEAST = 20;

    @TempDir private Path dir;

    @Test
    void probesSeeTheOldOrTheNewWhileRecordsChangeAndMove() {
        Property.holds(1, this::changeUnderProbes);
    }

    private void changeUnderProbes(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 4, 4));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            Observed records =
                    new Observed(
                            client,
                            client.collections()
                                    .create(RandomWrites.settings(COLLECTION, 8, 3_000)),
                            IDS);
            records.putAll(random);
            everything(client, records, random, true);

            AtomicBoolean done = new AtomicBoolean();
            List<CompletableFuture<Void>> probing = new ArrayList<>();
            List<AtomicInteger> probed = new ArrayList<>();
            for (int i = 0; i < PROBERS; i++) {
                SplittableRandom own = random.split();
                AtomicInteger count = new AtomicInteger();
                probed.add(count);
                probing.add(
                        CompletableFuture.runAsync(() -> probe(client, records, own, done, count)));
            }
            while (client.collections().describe(COLLECTION).newest().number() == 0) {
                records.changeSome(random, 64);
                failEarly(probing);
            }
            while (!client.collections().describe(COLLECTION).isSettled(1)) {
                records.changeSome(random, 64);
                failEarly(probing);
            }
            // However fast the move was: every prober has looked often while records changed.
            while (probed.stream().anyMatch(count -> count.get() < PROBES_LEAST)) {
                records.changeSome(random, 64);
                failEarly(probing);
            }
            done.set(true);
            for (CompletableFuture<Void> one : probing) {
                one.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            }
            everything(client, records, random, true);
        }
    }

    private static void failEarly(List<CompletableFuture<Void>> probing) throws Exception {
        for (CompletableFuture<Void> one : probing) {
            if (one.isCompletedExceptionally()) {
                one.get();
            }
        }
    }

    private static void probe(
            NearstreamClient client,
            Observed records,
            SplittableRandom random,
            AtomicBoolean done,
            AtomicInteger count) {
        while (!done.get()) {
            switch (random.nextInt(4)) {
                case 0 -> everything(client, records, random, true);
                case 1 -> everything(client, records, random, false);
                case 2 -> neighbours(client, records, random);
                default -> some(client, records, random);
            }
            count.incrementAndGet();
        }
    }

    /** All records there are, as of now or as the jobs are. */
    private static void everything(
            NearstreamClient client, Observed records, SplittableRandom random, boolean atLeast) {
        Observed.Span span = atLeast ? records.sinceAcknowledged() : records.sinceProven();
        byte[] query = records.vector(random);
        ProbeRequest request =
                ProbeRequest.within(COLLECTION, 1e6, List.of(query)).exhaustive().withVectors();
        ProbeResult result = ask(client, atLeast ? request.atLeast(span.asOf()) : request);
        span.assertComplete(result.getAnswers().get(0).getHits());
        if (atLeast) {
            span.proven();
        }
    }

    /** Those near some point, by the default effort: some may be missed, none may be wrong. */
    private static void neighbours(
            NearstreamClient client, Observed records, SplittableRandom random) {
        Observed.Span span = records.sinceProven();
        ProbeResult result =
                ask(
                        client,
                        ProbeRequest.nearest(COLLECTION, 20, List.of(records.vector(random)))
                                .withVectors());
        span.assertPossible(result.getAnswers().get(0).getHits());
    }

    /** Some records by id. */
    private static void some(NearstreamClient client, Observed records, SplittableRandom random) {
        Observed.Span span = records.sinceProven();
        List<String> ids = records.ids(random, 100);
        ProbeResult result = ask(client, ProbeRequest.fetch(COLLECTION, ids).withVectors());
        for (int i = 0; i < ids.size(); i++) {
            span.assertRecord(ids.get(i), result.getAnswers().get(i).getHits());
        }
    }

    private static ProbeResult ask(NearstreamClient client, ProbeRequest request) {
        ProbeResult result = client.prober().ask(request.deadline(DEADLINE));
        assertThat(result.getStatus()).as(result.toString()).isEqualTo(ProbeStatus.COMPLETE);
        return result;
    }
}
