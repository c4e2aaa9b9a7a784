package io.nearstream.bench;

import io.nearstream.client.CollectionAdmin;
import io.nearstream.client.NearstreamException;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What routing saves: the same queries on the same data, once sent to the subtasks that own their
 * buckets and once to all.
 *
 * @param subtasks bucket subtasks of the query job
 * @param probeMessages messages per probe with {@code routing: probe}
 * @param broadcastMessages the same with {@code routing: broadcast}
 * @param differing queries whose hits were not the same both times; none in a correct index
 * @param unanswered probes of both that were refused, partial or timed out
 */
public record RoutingComparison(
        int subtasks,
        double probeMessages,
        double broadcastMessages,
        long differing,
        long unanswered) {
    private static final int IN_FLIGHT = 16;
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(5);
    private static final long POLL_MS = 50;

    /**
     * Starts the query job twice from one savepoint, and leaves the second one running.
     *
     * @param generation in which everything has settled
     */
    static RoutingComparison measure(
            BenchCluster cluster,
            CollectionAdmin collections,
            Asker asker,
            int generation,
            int subtasks,
            BenchProgress progress)
            throws IOException, InterruptedException {
        String savepoint = cluster.stopQueryJob();
        List<Asker.Answers> answers = new ArrayList<>();
        for (Routing routing : List.of(Routing.PROBE, Routing.BROADCAST)) {
            if (!answers.isEmpty()) {
                cluster.cancelQueryJob();
            }
            cluster.startQueryJob(savepoint, routing, subtasks);
            awaitSettled(collections, asker.collection(), generation, subtasks);
            String name = "routing: " + routing.name().toLowerCase(Locale.ROOT);
            try (BenchProgress.Stage stage =
                    progress.begin(name, OptionalLong.of(asker.queries().size()))) {
                answers.add(asker.once(IN_FLIGHT, stage));
            }
        }
        Asker.Answers probed = answers.get(0);
        Asker.Answers broadcast = answers.get(1);
        return new RoutingComparison(
                subtasks,
                messages(probed),
                messages(broadcast),
                differing(probed.ids(), broadcast.ids()),
                unanswered(probed) + unanswered(broadcast));
    }

    /**
     * A job that was started with another number of subtasks asks all of them until each has said
     * that it holds nothing old; generation 0 asks all of them anyway.
     */
    private static void awaitSettled(
            CollectionAdmin collections, String collection, int generation, int subtasks)
            throws InterruptedException {
        long start = System.nanoTime();
        while (generation > 0
                && collections.describe(collection).settled().stream()
                        .noneMatch(
                                info ->
                                        info.generation() >= generation
                                                && info.of() == subtasks
                                                && info.complete())) {
            if (System.nanoTime() - start > SETTLED_WITHIN.toNanos()) {
                throw new NearstreamException(
                        "The query job has not settled with %d subtasks within %s."
                                .formatted(subtasks, SETTLED_WITHIN));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static double messages(Asker.Answers answers) {
        AnswerCounts counts = answers.tally().counts();
        return counts.messages() / (double) counts.answered();
    }

    private static long unanswered(Asker.Answers answers) {
        AnswerCounts counts = answers.tally().counts();
        return counts.partial() + counts.refused() + counts.timedOut();
    }

    private static long differing(List<List<String>> some, List<List<String>> others) {
        long differing = 0;
        for (int query = 0; query < some.size(); query++) {
            differing += some.get(query).equals(others.get(query)) ? 0 : 1;
        }
        return differing;
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("subtasks", subtasks);
        document.put("messages_per_probe", probeMessages);
        document.put("messages_per_probe_broadcast", broadcastMessages);
        document.put("queries_with_other_hits", differing);
        document.put("unanswered", unanswered);
        return document;
    }
}
