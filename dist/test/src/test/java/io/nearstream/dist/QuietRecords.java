package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Records that never change: of these every answer must be that of brute force. */
final class QuietRecords {
    private static final String COLLECTION = "quiet";
    private static final int RECORDS = 300;
    private static final int K = 20;

    private final Map<String, byte[]> records = new TreeMap<>();
    private final TrafficProbes probes;
    private final long asOf;

    /** Writes them, and returns once all are acknowledged. */
    QuietRecords(NearstreamClient client, TrafficProbes probes, SplittableRandom random)
            throws Exception {
        this.probes = probes;
        CollectionSettings settings = TrafficVectors.create(client, COLLECTION);
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            byte[] vector = TrafficVectors.draw(random);
            records.put("q" + i, vector);
            receipts.add(client.writer().upsert(VectorUpsert.of(settings, "q" + i, vector)));
        }
        asOf = LoadedTraffic.await(receipts);
    }

    /** The nearest of records that never change, exactly. */
    LoadedTraffic.Round prober(SplittableRandom own) {
        return () -> {
            byte[] query = TrafficVectors.draw(own);
            ProbeResult result =
                    probes.ask(
                            ProbeRequest.nearest(COLLECTION, K, List.of(query))
                                    .exhaustive()
                                    .atLeast(asOf));
            double[] exact =
                    records.values().stream()
                            .mapToDouble(vector -> TrafficVectors.distance(query, vector))
                            .sorted()
                            .limit(K)
                            .toArray();
            List<Hit> hits = result.getAnswers().get(0).getHits();
            assertThat(hits.stream().map(Hit::getId)).doesNotHaveDuplicates();
            assertThat(hits.stream().mapToDouble(Hit::getDistance).toArray())
                    .containsExactly(exact);
        };
    }
}
