package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Records that are written, replaced and deleted all the time: every one that was acknowledged
 * before a probe was sent must be in its answer.
 */
final class BusyRecords {
    private static final String COLLECTION = "busy";
    private static final int IDS = 400;
    private static final int AT_A_TIME = 10;

    private final NearstreamClient client;
    private final TrafficProbes probes;
    private final CollectionSettings settings;
    private final Map<String, State> records = new HashMap<>();

    BusyRecords(NearstreamClient client, TrafficProbes probes) {
        this.client = client;
        this.probes = probes;
        this.settings = TrafficVectors.create(client, COLLECTION);
    }

    /** What a record is since its last write; another object after each. */
    private static final class State {
        private final Optional<byte[]> vector;

        private State(Optional<byte[]> vector) {
            this.vector = vector;
        }
    }

    /** Each id once in a round; what is acknowledged is known to the probers from then on. */
    LoadedTraffic.Round writer(SplittableRandom own) {
        return () -> {
            int first = own.nextInt(IDS);
            Map<String, State> sent = new HashMap<>();
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            for (int i = first; i < first + AT_A_TIME; i++) {
                String id = "r" + i % IDS;
                Optional<byte[]> next =
                        own.nextInt(4) == 0
                                ? Optional.empty()
                                : Optional.of(TrafficVectors.draw(own));
                sent.put(id, new State(next));
                receipts.add(
                        next.map(v -> client.writer().upsert(VectorUpsert.of(settings, id, v)))
                                .orElseGet(() -> client.writer().delete(COLLECTION, id)));
            }
            synchronized (records) {
                // Until it is acknowledged, it may be seen or not: not to be judged.
                records.keySet().removeAll(sent.keySet());
            }
            LoadedTraffic.await(receipts);
            synchronized (records) {
                records.putAll(sent);
            }
        };
    }

    /** Records that are written all the time, as they were acknowledged, in a strong probe. */
    LoadedTraffic.Round prober(SplittableRandom own) {
        return () -> {
            Map<String, State> before = judged();
            Map<String, byte[]> found = everything(own);
            Map<String, State> after = judged();
            before.forEach(
                    (id, state) -> {
                        // Not written in between.
                        if (after.get(id) == state) {
                            assertThat(Optional.ofNullable(found.get(id)).map(ByteBuffer::wrap))
                                    .as(id)
                                    .isEqualTo(state.vector.map(ByteBuffer::wrap));
                        }
                    });
        };
    }

    private Map<String, State> judged() {
        synchronized (records) {
            return new HashMap<>(records);
        }
    }

    /** All records that a strong exhaustive probe finds now, by id. */
    private Map<String, byte[]> everything(SplittableRandom random) {
        ProbeResult result =
                probes.ask(
                        ProbeRequest.within(COLLECTION, 1e6, List.of(TrafficVectors.draw(random)))
                                .maxHits(2 * IDS)
                                .exhaustive()
                                .withVectors()
                                .strong());
        Map<String, byte[]> found = new HashMap<>();
        for (Hit hit : result.getAnswers().get(0).getHits()) {
            byte[] vector = new byte[hit.getVector().remaining()];
            hit.getVector().duplicate().get(vector);
            assertThat(found.put(hit.getId(), vector)).as("twice: %s", hit.getId()).isNull();
        }
        return found;
    }

    /** After the load: every record that was acknowledged is found, and no other. */
    void assertWhole(SplittableRandom random) {
        Map<String, ByteBuffer> expected = new TreeMap<>();
        records.forEach(
                (id, state) ->
                        state.vector.ifPresent(
                                vector -> expected.put(id, ByteBuffer.wrap(vector))));
        Map<String, ByteBuffer> there = new TreeMap<>();
        everything(random).forEach((id, vector) -> there.put(id, ByteBuffer.wrap(vector)));
        assertThat(there).isEqualTo(expected);
    }
}
