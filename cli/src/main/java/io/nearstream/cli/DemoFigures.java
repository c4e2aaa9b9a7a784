package io.nearstream.cli;

import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.Prober;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The demo's figures: recall and cost of a sample of questions, latency of one probe at a time.
 *
 * @param data what was loaded
 * @param prober asks
 * @param k neighbours per question
 */
record DemoFigures(DemoData data, Prober prober, int k) {
    /** A hit counts up to the true k-th distance, and what rounding adds to it. */
    private static final double TOLERANCE = 1 + 1e-6;

    private static final long LATENCY_MAX_US = TimeUnit.MINUTES.toMicros(1);

    /**
     * What a sample of questions found and cost, each a mean over the questions.
     *
     * @param queries how many
     * @param recall part of the k true neighbours that was found
     * @param scored distinct vectors compared
     * @param buckets visited
     * @param messages to bucket subtasks
     */
    record Quality(int queries, double recall, double scored, double buckets, double messages) {}

    /** Asks every question once, and compares the answers with the truth. */
    Quality quality(List<DemoQuery> queries) throws IOException {
        List<ProbeResult> results = new ArrayList<>();
        Set<String> found = new HashSet<>();
        for (DemoQuery query : queries) {
            ProbeResult result = ask(query);
            results.add(result);
            hits(result).forEach(hit -> found.add(hit.getId()));
        }
        Map<String, byte[]> vectors = data.vectors(found);
        double[] limits = data.trueDistances(queries, k);
        VectorSpace space = VectorSpace.of(data.settings());
        long right = 0;
        double scored = 0;
        double buckets = 0;
        double messages = 0;
        for (int i = 0; i < results.size(); i++) {
            ProbeResult result = results.get(i);
            for (Hit hit : hits(result)) {
                byte[] query = queries.get(i).vector();
                double distance = Distances.between(space, query, vectors.get(hit.getId()));
                right += distance <= limits[i] * TOLERANCE ? 1 : 0;
            }
            scored += result.getVectorsScored();
            buckets += result.getBucketsVisited();
            messages += result.getMessages();
        }
        int count = results.size();
        return new Quality(
                count,
                (double) right / ((long) count * k),
                scored / count,
                buckets / count,
                messages / count);
    }

    /** Microseconds from sending a probe to having its answer, one at a time. */
    Histogram latency(List<DemoQuery> queries, int probes) {
        Histogram histogram = new Histogram(LATENCY_MAX_US, 3);
        for (int i = 0; i < probes; i++) {
            long start = System.nanoTime();
            ask(queries.get(i % queries.size()));
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
            histogram.recordValue(Math.min(micros, LATENCY_MAX_US));
        }
        return histogram;
    }

    /** A complete answer. */
    ProbeResult ask(DemoQuery query) {
        ProbeResult result =
                prober.ask(
                        ProbeRequest.nearest(data.settings().name(), k, List.of(query.vector())));
        if (result.getStatus() != ProbeStatus.COMPLETE) {
            throw new NearstreamException(
                    "The answer to '%s' is partial (%s): %s"
                            .formatted(query.name(), result.getReason(), result.getMessage()));
        }
        return result;
    }

    static List<Hit> hits(ProbeResult result) {
        return result.getAnswers().get(0).getHits();
    }
}
