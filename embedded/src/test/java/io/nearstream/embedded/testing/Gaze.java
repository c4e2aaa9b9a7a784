package io.nearstream.embedded.testing;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks for all records of a quiet collection, again and again in a thread of its own, at once
 * without a condition, and notes how the answers differ from what is there. Every answer must be
 * whole in itself: complete, each record once.
 */
public final class Gaze {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int END_SECONDS = 60;
    private static final int HITS_MAX = 10_000;

    private final NearstreamClient client;
    private final String collection;
    private final byte[] query;
    private final CompletableFuture<Void> ended;
    private volatile boolean stopping;
    private volatile int answers;
    private long asOf = Long.MIN_VALUE;
    private final List<Map<String, Long>> seen = new ArrayList<>();
    private int backwards;

    private Gaze(NearstreamClient client, String collection, byte[] query) {
        this.client = client;
        this.collection = collection;
        this.query = query;
        ended = CompletableFuture.runAsync(this::run);
    }

    /** Starts to ask. */
    public static Gaze at(NearstreamClient client, String collection, byte[] query) {
        return new Gaze(client, collection, query);
    }

    /** All records as an answer shows them: the append time of each one's version, by id. */
    public static Map<String, Long> look(
            NearstreamClient client, String collection, byte[] query, long atLeast) {
        return versions(client.prober().ask(request(collection, query).atLeast(atLeast)));
    }

    private static ProbeRequest request(String collection, byte[] query) {
        return ProbeRequest.within(collection, 1e6, List.of(query))
                .maxHits(HITS_MAX)
                .exhaustive()
                .deadline(DEADLINE);
    }

    private static Map<String, Long> versions(ProbeResult result) {
        if (result.getStatus() != ProbeStatus.COMPLETE) {
            throw new IllegalStateException("Not complete: " + result);
        }
        Map<String, Long> versions = new TreeMap<>();
        for (Hit hit : result.getAnswers().get(0).getHits()) {
            if (versions.put(hit.getId(), hit.getVersionTime()) != null) {
                throw new IllegalStateException("Found twice: " + hit.getId());
            }
        }
        return versions;
    }

    private void run() {
        while (!stopping) {
            ProbeResult result = client.prober().ask(request(collection, query));
            Map<String, Long> versions = versions(result);
            backwards += result.getAsOf() < asOf ? 1 : 0;
            asOf = result.getAsOf();
            seen.add(versions);
            answers = seen.size();
        }
    }

    /** Returns once so many more answers have come. */
    public void awaitMore(int more) throws Exception {
        int until = answers + more;
        Await.until(more + " more answers", () -> answers >= until || ended.isDone());
        if (ended.isDone()) {
            ended.get();
        }
    }

    /**
     * Ends it.
     *
     * @return how the answers differ from what should always have been seen
     */
    public Seen stop(Map<String, Long> expected) throws Exception {
        stopping = true;
        ended.get(END_SECONDS, TimeUnit.SECONDS);
        int missing = 0;
        int older = 0;
        Set<String> unknown = new HashSet<>();
        for (Map<String, Long> versions : seen) {
            missing += versions.keySet().containsAll(expected.keySet()) ? 0 : 1;
            older += isOlder(versions, expected) ? 1 : 0;
            unknown.addAll(versions.keySet());
        }
        unknown.removeAll(expected.keySet());
        boolean whole = !seen.isEmpty() && seen.get(seen.size() - 1).equals(expected);
        return new Seen(seen.size(), missing, older, unknown.size(), backwards, whole);
    }

    private static boolean isOlder(Map<String, Long> versions, Map<String, Long> expected) {
        return expected.entrySet().stream()
                .anyMatch(
                        now ->
                                versions.getOrDefault(now.getKey(), now.getValue())
                                        < now.getValue());
    }

    /**
     * What was seen.
     *
     * @param answers all of them
     * @param missing answers without some record that was there
     * @param older answers with an older version of some record
     * @param resurrected records that were deleted and yet seen
     * @param backwards how often the time of the answers went back
     * @param lastIsWhole whether the last answer was what is there
     */
    public record Seen(
            int answers,
            int missing,
            int older,
            int resurrected,
            int backwards,
            boolean lastIsWhole) {}
}
